import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

import type { Command } from '../Command';
import { UserError } from '../UserError';
import { loadConfig, type ConfigChange, type LoadedConfig } from './config';
import { expressionsOf } from './expressions';
import { takesKeepFiringFor } from './grafana/ruleFile';
import { filesOf, targets, type Target } from './outputs';
import { leftOut } from './prometheus/ruleFiles';

const usage = `flaglens rules --config FILE [--grafana DIR] [--prometheus DIR] [--alertmanager DIR] [options]

Writes alert rules for feature flags. At least one folder is needed:
  --grafana DIR        provisioning files: rules, contact points, policies, templates
  --prometheus DIR     recording rules and alert rules
  --alertmanager DIR   configuration and templates

Options, which win over the config:
  --grafana-version V  the Grafana that the files are for, such as 12.1.2
  --grafana-url URL    where messages of Prometheus rules link to
  --interval D         how often Grafana and Prometheus evaluate
  --check              writes nothing, and exits with 1 if a file is not what would be written
  --help`;

const options = {
  config: { type: 'string' },
  grafana: { type: 'string' },
  prometheus: { type: 'string' },
  alertmanager: { type: 'string' },
  'grafana-version': { type: 'string' },
  'grafana-url': { type: 'string' },
  interval: { type: 'string' },
  check: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

function run(args: readonly string[]): number {
  const { values } = parseArgs({ args: [...args], options });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  if (values.config === undefined) {
    throw new UserError(`--config names the file that the rules are made from.\n\n${usage}`);
  }
  const folders = targets.flatMap((target) => {
    const folder = values[target];
    return folder === undefined ? [] : [[target, folder] as const];
  });
  if (folders.length === 0) {
    throw new UserError(`Name a folder to write to.\n\n${usage}`);
  }
  const config = loadConfig(values.config, changesOf(values));
  const files = generate(config, folders);
  return values.check ? compare(files) : write(files);
}

/** Writes the files of alert rules. Its exit code is 0, or 1 if --check found a difference. */
export const rules: Command = {
  summary: 'writes alert rules, notification routes and messages from one config',
  usage,
  run,
};

/** What the options change in the config, before that is checked. */
function changesOf(values: Record<string, string | boolean | undefined>): ConfigChange {
  const given = (fields: Record<string, string>) =>
    Object.fromEntries(
      Object.entries(fields).flatMap(([field, option]) =>
        values[option] === undefined ? [] : [[field, values[option]] as const]
      )
    );
  return {
    grafana: given({ version: 'grafana-version', interval: 'interval' }),
    prometheus: given({ grafanaUrl: 'grafana-url', interval: 'interval' }),
  };
}

/** The text of every file by its path. */
function generate(config: LoadedConfig, folders: ReadonlyArray<readonly [Target, string]>): Map<string, string> {
  const flags = expressionsOf(config);
  warn(config, folders, leftOut(flags));
  return new Map(
    folders.flatMap(([target, folder]) =>
      [...filesOf(target, config, flags)].map(([name, text]) => [path.join(folder, name), text] as const)
    )
  );
}

function warn(config: LoadedConfig, folders: ReadonlyArray<readonly [Target, string]>, reasons: string[]): void {
  const wanted = new Set(folders.map(([target]) => target));
  if (wanted.has('prometheus')) {
    reasons.forEach((reason) => console.error(reason));
  }
  const { feature, existingApplication, grafana } = config;
  const timings = [
    feature,
    existingApplication,
    ...Object.values(feature.signals),
    ...Object.values(existingApplication.signals),
  ];
  const keeps = timings.some(({ keepFiringFor }) => keepFiringFor !== undefined);
  if (wanted.has('grafana') && keeps && !takesKeepFiringFor(grafana.version)) {
    console.error(
      `keepFiringFor is left out: Grafana ${grafana.version} ignores it in files, as all before 12.1.2 do.`
    );
  }
}

function write(files: ReadonlyMap<string, string>): number {
  for (const [file, text] of files) {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
    console.log(`wrote ${file}`);
  }
  return 0;
}

function compare(files: ReadonlyMap<string, string>): number {
  const different = [...files].filter(([file, text]) => !existsSync(file) || readFileSync(file, 'utf8') !== text);
  different.forEach(([file]) => console.error(`${file} is not what the config gives: run this without --check.`));
  return different.length === 0 ? 0 : 1;
}
