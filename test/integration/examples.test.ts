import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { waitFor } from '../../scripts/lib/waitFor';

const root = path.join(__dirname, '../..');
const folder = path.join(root, 'examples');

/** The example under test, and where it listens. */
let child: ChildProcess | undefined;

/** Starts an example as its reader would, on a free port. @returns its address */
async function start(name: string): Promise<string> {
  const args = ['--import', 'tsx', '--conditions=@flaglens/source', path.join(folder, name, 'main.ts')];
  const started = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child = started;
  let said = '';
  return new Promise((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      said += chunk.toString();
      const port = /listens on .*port: (\d+)/s.exec(said)?.[1];
      if (port !== undefined) {
        resolve(`http://127.0.0.1:${port}`);
      }
    };
    started.stdout.on('data', hear);
    started.stderr.on('data', hear);
    started.once('exit', (code) => reject(new Error(`${name} ended with ${String(code)}: ${said}`)));
  });
}

afterEach(async () => {
  if (child?.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'exit');
    child.kill();
    await ended;
  }
});

jest.setTimeout(60_000);

/** What has been counted, as `variant method route status count`, without what is still at zero. */
function counted(exposition: string, name: string): string[] {
  const lines = [...exposition.matchAll(new RegExp(`^${name}_count\\{(.*)\\} (\\d+)$`, 'gm'))];
  return lines
    .filter(([, , count]) => count !== '0')
    .map(([, labels = '', count]) => {
      const value = (label: string) => new RegExp(`${label}="([^"]*)"`).exec(labels)?.[1] ?? '';
      return ['feature_flag_variant', 'method', 'route', 'status'].map(value).concat(String(count)).join(' ').trim();
    })
    .sort();
}

/** Both histograms, and the content type that they came in. */
interface Scraped {
  all: string[];
  split: string[];
  type: string | null;
}

/** Waits until everything has been recorded, and answers it. */
async function scrape(url: string, total: number): Promise<Scraped> {
  const sumOf = (lines: string[]) => lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
  return waitFor<Scraped>(
    async () => {
      const answer = await fetch(`${url}/metrics`, { headers: { accept: 'application/openmetrics-text' } });
      const exposition = await answer.text();
      const all = counted(exposition, 'http_request_duration_seconds');
      const split = counted(exposition, 'feature_flag_http_request_duration_seconds');
      return sumOf(all) < total
        ? { notYet: `${String(sumOf(all))} of ${String(total)} are recorded` }
        : { answer: { all, split, type: answer.headers.get('content-type') } };
    },
    { what: 'The example', timeoutMs: 20_000 }
  );
}

test.each(['express', 'fastify', 'koa', 'node-http'])('%s splits its requests by flag', async (name) => {
  const url = await start(name);
  const statuses = await Promise.all(
    Array.from({ length: 30 }, async (_, user) => {
      const route = user < 20 ? `/products/${String(user)}` : user < 25 ? '/broken' : '/nowhere';
      const answer = await fetch(url + route, { headers: { 'x-user': `user-${String(user)}` } });
      await answer.text();
      return answer.status;
    })
  );
  expect(statuses).toEqual([
    ...Array<number>(20).fill(200),
    ...Array<number>(5).fill(500),
    ...Array<number>(5).fill(404),
  ]);

  const { all, split, type } = await scrape(url, 30);
  expect(type).toContain('openmetrics');
  expect(all).toEqual(['GET /broken 500 5', 'GET /products/:id 200 20', 'GET unmatched 404 5']);
  expect(split).toEqual([
    'off GET /broken 500 2',
    'off GET /products/:id 200 10',
    'on GET /broken 500 3',
    'on GET /products/:id 200 10',
  ]);
});

test('job splits its units of work by flag', async () => {
  const url = await start('job');
  const { all, split } = await scrape(url, 100);
  expect(all).toEqual(['RUN write-invoice 200 90', 'RUN write-invoice 500 10']);
  expect(split).toEqual([
    'off RUN write-invoice 200 40',
    'off RUN write-invoice 500 10',
    'on RUN write-invoice 200 50',
  ]);
});

test('each example has its line in the README', () => {
  const readme = readFileSync(path.join(folder, 'README.md'), 'utf8');
  const examples = readdirSync(folder).filter((name) => existsSync(path.join(folder, name, 'main.ts')));
  expect(examples.length).toBeGreaterThanOrEqual(5);
  for (const name of examples) {
    expect(readme).toContain(`[${name}](${name}/main.ts)`);
  }
});
