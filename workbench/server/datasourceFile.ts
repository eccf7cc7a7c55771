import { readFileSync } from 'node:fs';

import { parse } from 'yaml';

import { datasourceType, defaultSettings, mergeSettings, type DatasourceSettings } from './settings';

type Environment = Record<string, string | undefined>;

/** $__env{NAME}, $__file{path}, ${NAME}, $NAME, and $$ for a dollar sign: what Grafana expands in provisioning files. */
const expansion = /\$\$|\$__env\{([^}]+)\}|\$__file\{([^}]+)\}|\$\{([^}]+)\}|\$([A-Za-z_]\w*)/g;

function expandText(value: string, env: Environment): string {
  return value.replace(
    expansion,
    (whole, inEnv?: string, inFile?: string, inBraces?: string, plain?: string): string => {
      if (whole === '$$') {
        return '$';
      }
      if (inFile !== undefined) {
        return readFileSync(inFile, 'utf8').trim();
      }
      return env[inEnv ?? inBraces ?? plain ?? ''] ?? '';
    }
  );
}

function expand(value: unknown, env: Environment): unknown {
  if (typeof value === 'string') {
    return expandText(value, env);
  }
  if (Array.isArray(value)) {
    return value.map((item) => expand(item, env));
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, expand(item, env)]));
  }
  return value;
}

/**
 * Reads the Flaglens datasource of a Grafana provisioning file. Its uid is always `flaglens` here, since that is what the
 * pages ask for.
 *
 * @throws Error if the text is no provisioning file, or has no datasource of ours
 */
export function parseDatasourceFile(content: string, env: Environment): DatasourceSettings {
  const document: unknown = parse(content);
  const entries: unknown =
    typeof document === 'object' && document !== null && 'datasources' in document ? document.datasources : undefined;
  if (!Array.isArray(entries)) {
    throw new Error('It has no list `datasources`, as a provisioning file of Grafana has.');
  }
  const ours: unknown = entries.find(
    (entry: unknown) => typeof entry === 'object' && entry !== null && 'type' in entry && entry.type === datasourceType
  );
  if (ours === undefined) {
    throw new Error(`None of its datasources is of type ${datasourceType}.`);
  }
  return mergeSettings(defaultSettings(''), expand(ours, env));
}
