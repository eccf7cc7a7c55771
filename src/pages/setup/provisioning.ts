import { type StoredDatasource } from '../host/datasources';

/** A plain text is read as it is; everything else is quoted, and Grafana's `$` doubled, which it would expand. */
function scalar(value: unknown): string {
  if (typeof value !== 'string') {
    return JSON.stringify(value);
  }
  const escaped = value.replaceAll('$', '$$$$');
  return /^[A-Za-z][\w./-]*$/.test(escaped) && !/^(true|false|yes|no|on|off|null|y|n)$/i.test(escaped)
    ? escaped
    : JSON.stringify(escaped);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isLeaf(value: unknown): boolean {
  return typeof value !== 'object' || value === null || Object.keys(value).length === 0;
}

/** Plain data as lines of YAML. */
function linesOf(value: unknown, indent: string): string[] {
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown) => {
      if (isLeaf(item)) {
        return [`${indent}- ${scalar(item)}`];
      }
      const [first = '', ...rest] = linesOf(item, `${indent}  `);
      return [`${indent}- ${first.trimStart()}`, ...rest];
    });
  }
  if (!isObject(value)) {
    return [`${indent}${scalar(value)}`];
  }
  return Object.entries(value).flatMap(([key, item]) =>
    item === undefined
      ? []
      : isLeaf(item)
        ? [`${indent}${scalar(key)}: ${scalar(item)}`]
        : [`${indent}${scalar(key)}:`, ...linesOf(item, `${indent}  `)]
  );
}

/** The file that provisions a datasource with these settings; secrets are not in it. */
export function provisioningFile({ name, type, uid, access, url, jsonData }: StoredDatasource): string {
  const datasource = { name, type, uid, access, url, jsonData };
  return [...linesOf({ apiVersion: 1, datasources: [datasource] }, ''), ''].join('\n');
}
