/**
 * `npm test` after its set-up of Node packages: builds what the tests run against, then runs every check and test, and
 * closes with the line `N passed, N failed`. What is missing (Chromium, Go) fails the run: it never passes with less.
 */
import { findChromium } from './testing/chromium';
import { check, goTest, jest, playwright, skipped, type Step } from './testing/steps';
import { closingLine, sum, type Tally } from './testing/tally';
import {
  buildAlertmanager,
  buildBackend,
  buildBridge,
  buildCli,
  buildInstrumentation,
  buildJaeger,
  buildPage,
  buildPlugin,
  buildPrometheus,
} from './lib/setup';
import { buildPythonAdapters } from './lib/pythonAdapters';
import { say, step } from './lib/progress';
import { backendBinary, toolBinary } from './lib/paths';

const environment: NodeJS.ProcessEnv = {
  FLAGLENS_PROMETHEUS: toolBinary('prometheus'),
  FLAGLENS_PROMTOOL: toolBinary('promtool'),
  FLAGLENS_ALERTMANAGER: toolBinary('alertmanager'),
  FLAGLENS_AMTOOL: toolBinary('amtool'),
  FLAGLENS_JAEGER: toolBinary('jaeger'),
  FLAGLENS_BACKEND: backendBinary(),
};

/** Why the adapters in Python cannot be tested here. */
let missingPython = '';

async function setUp(): Promise<void> {
  environment.CHROMIUM_PATH = findChromium();
  await step('Instrumentation', buildInstrumentation);
  await step('Command line tool', buildCli);
  await step('Plugin', buildPlugin);
  await step('Page', buildPage);
  await step('Backend', buildBackend);
  await step('Bridge', buildBridge);
  await step('Prometheus', buildPrometheus);
  await step('Alertmanager', buildAlertmanager);
  await step('Jaeger', buildJaeger);
  await step('Adapters in Python', async () => {
    const found = await buildPythonAdapters();
    if ('python' in found) {
      environment.FLAGLENS_PYTHON = found.python;
    } else {
      missingPython = found.missing;
    }
    return true;
  });
}

/** The tests in a real Grafana, where there is one; else a step that says that they are skipped. */
function inGrafana(): Step[] {
  if (process.env.GRAFANA_HOME) {
    return [
      playwright('Grafana', environment, '--config', 'test/grafana/playwright.config.ts'),
      jest('Alerts in Grafana', environment, '--selectProjects', 'grafana'),
    ];
  }
  return [skipped('Grafana', 'GRAFANA_HOME is not set: the tests in a real Grafana (test/grafana) are skipped')];
}

/** The tests of the adapters in Python, where there is one; else a step that says that they are skipped. */
function inPython(): Step {
  const name = 'Adapters in Python';
  return environment.FLAGLENS_PYTHON === undefined
    ? skipped(name, `There is no Python for them (${missingPython}): the tests of adapters/python are skipped`)
    : check(name, environment.FLAGLENS_PYTHON, '-m', 'unittest', 'discover', '--quiet', '-s', 'adapters/python');
}

/** Asked for when all is set up. */
const steps = (): Step[] => [
  check('Formatting', 'npx', 'prettier', '--check', '.'),
  check('ESLint', 'npx', 'eslint', '.'),
  check('Types', 'npx', 'tsc', '--noEmit'),
  check('Unused', 'npx', 'knip'),
  check('Go lint', 'npm', 'run', '--silent', 'lint:go'),
  goTest('Go', environment, './...'),
  check('Adapters in Go', 'go', '-C', 'adapters/go', 'test', './...'),
  inPython(),
  jest('Unit', environment, '--selectProjects', 'browser', 'node'),
  jest('Integration', environment, '--selectProjects', 'integration', '--runInBand'),
  playwright('Browser', environment, '--config', 'test/browser/playwright.config.ts'),
  ...inGrafana(),
];

async function runSteps(): Promise<Tally> {
  const tallies: Tally[] = [];
  for (const { name, perform } of steps()) {
    say(`${name} ...`);
    const tally = await perform();
    say(`${name}: ${closingLine(tally)}`);
    tallies.push(tally);
  }
  return sum(tallies);
}

try {
  await setUp();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.log(closingLine({ passed: 0, failed: 1, skipped: 0 }));
  process.exit(1);
}
const total = await runSteps();
console.log(closingLine(total));
process.exit(total.failed > 0 ? 1 : 0);
