import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

import { UserError } from '../lib/UserError';
import type { HostChoice } from './options';

/** A host that can be used here, and why it was chosen. */
export type Host =
  | { kind: 'grafana'; home: string; binary: string; why: string }
  | { kind: 'docker'; why: string }
  | { kind: 'workbench'; why: string };

/** What the choice looks at; a parameter so that tests can pretend. */
export interface Surroundings {
  env: Record<string, string | undefined>;
  exists: (file: string) => boolean;
  dockerAnswers: () => Promise<boolean>;
}

const execute = promisify(execFile);

async function dockerAnswers(): Promise<boolean> {
  try {
    await execute('docker', ['info', '--format', '{{.ServerVersion}}'], { timeout: 5000 });
    return true;
  } catch {
    return false;
  }
}

const thisMachine: Surroundings = { env: process.env, exists: existsSync, dockerAnswers };

const executables = ['bin/grafana', 'bin/grafana-server'];

function grafanaAt(home: string, exists: Surroundings['exists']): { home: string; binary: string } | undefined {
  const binary = executables.map((name) => path.join(home, name)).find(exists);
  // Its configuration's defaults lie in its home: without them it does not start.
  return binary !== undefined && exists(path.join(home, 'conf/defaults.ini')) ? { home, binary } : undefined;
}

/** A Grafana that is installed here: where GRAFANA_HOME says, on the PATH, or where packages put it. */
function findGrafana({ env, exists }: Surroundings): Extract<Host, { kind: 'grafana' }> | undefined {
  if (env.GRAFANA_HOME !== undefined && env.GRAFANA_HOME !== '') {
    const named = grafanaAt(env.GRAFANA_HOME, exists);
    return named && { kind: 'grafana', ...named, why: `GRAFANA_HOME is ${env.GRAFANA_HOME}` };
  }
  for (const folder of (env.PATH ?? '').split(path.delimiter).filter(Boolean)) {
    if (!['grafana', 'grafana-server'].some((name) => exists(path.join(folder, name)))) {
      continue;
    }
    const found = [path.dirname(folder), '/usr/share/grafana'].map((home) => grafanaAt(home, exists)).find(Boolean);
    if (found) {
      return { kind: 'grafana', ...found, why: `grafana is on the PATH, in ${folder}` };
    }
  }
  return undefined;
}

/**
 * Picks the host.
 *
 * @throws UserError if the one that was asked for is not there
 */
export async function chooseHost(choice: HostChoice, surroundings: Surroundings = thisMachine): Promise<Host> {
  const asked = `--host ${choice}`;
  if (choice === 'workbench') {
    return { kind: 'workbench', why: asked };
  }
  if (choice === 'docker') {
    if (!(await surroundings.dockerAnswers())) {
      throw new UserError('Docker does not answer: start its engine, or use `npm start -- --host workbench`.');
    }
    return { kind: 'docker', why: asked };
  }
  const grafana = findGrafana(surroundings);
  if (choice === 'grafana') {
    if (!grafana) {
      throw new UserError(
        'There is no Grafana here: set GRAFANA_HOME to the folder with its bin/ and conf/, or use `npm start -- --host workbench`.'
      );
    }
    return { ...grafana, why: `${asked}; ${grafana.why}` };
  }
  if (grafana) {
    return grafana;
  }
  if (await surroundings.dockerAnswers()) {
    return { kind: 'docker', why: 'no Grafana here, and Docker answers' };
  }
  return { kind: 'workbench', why: 'no Grafana here, and no Docker that answers' };
}
