import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { goTally } from './goTally';
import { jestTally, playwrightTally } from './jsTally';
import { run, type Run } from './run';
import type { Tally } from './tally';

/** One step of the tests: what it is called and how it is carried out. */
export interface Step {
  name: string;
  perform: () => Promise<Tally>;
}

const reports = mkdtempSync(join(tmpdir(), 'flaglens-test-'));

/** A check that passes or fails as a whole, such as a linter. */
export function check(name: string, ...command: string[]): Step {
  return {
    name,
    perform: async () => {
      const { code } = await run(command);
      return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
    },
  };
}

/** A step that cannot run here, and says why. */
export function skipped(name: string, why: string): Step {
  return {
    name,
    perform: () => {
      console.log(why);
      return Promise.resolve({ passed: 0, failed: 0, skipped: 1 });
    },
  };
}

/** The Go tests of some packages. What failed is printed. */
export function goTest(name: string, environment: NodeJS.ProcessEnv, ...packages: string[]): Step {
  return {
    name,
    perform: async () => {
      const result = await run(['go', 'test', '-json', ...packages], { environment, quiet: true });
      const tally = orFailure(goTally(result.output), result);
      if (tally.failed > 0) {
        console.log(readable(result.output));
      }
      return tally;
    },
  };
}

/** The Jest tests of some projects. A test that failed may leave a server open, which must not hold up what follows. */
export function jest(name: string, environment: NodeJS.ProcessEnv, ...args: string[]): Step {
  return reported(name, jestTally, (file) =>
    run(['npx', 'jest', '--forceExit', '--json', `--outputFile=${file}`, ...args], { environment })
  );
}

/** The browser tests. */
export function playwright(name: string, environment: NodeJS.ProcessEnv, ...args: string[]): Step {
  return reported(name, playwrightTally, (file) =>
    run(['npx', 'playwright', 'test', '--reporter=list,json', ...args], {
      environment: { ...environment, PLAYWRIGHT_JSON_OUTPUT_NAME: file },
    })
  );
}

function reported(name: string, count: (report: string) => Tally, start: (file: string) => Promise<Run>): Step {
  return {
    name,
    perform: async () => {
      const file = join(reports, `${name.replace(/\W+/g, '-')}.json`);
      const result = await start(file);
      let tally: Tally;
      try {
        tally = count(readFileSync(file, 'utf8'));
      } catch (error) {
        console.error(`${name}: no report was written (${String(error)})`);
        return { passed: 0, failed: 1, skipped: 0 };
      }
      return orFailure(tally, result);
    },
  };
}

/** A step that ends badly, or in which nothing ran, has failed whatever it counted. */
function orFailure(tally: Tally, { code }: Run): Tally {
  const silent = tally.passed + tally.failed === 0 || (code !== 0 && tally.failed === 0);
  return silent ? { ...tally, failed: tally.failed + 1 } : tally;
}

/** What `go test -json` would have printed without -json. */
function readable(output: string): string {
  return output
    .split('\n')
    .map((line) => {
      try {
        return (JSON.parse(line) as { Output?: string }).Output ?? '';
      } catch {
        return line + '\n';
      }
    })
    .join('')
    .split('\n')
    .filter((line) => !/^(=== |--- PASS|PASS$|ok\s|\?\s)/.test(line.trim()))
    .join('\n');
}
