import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { ChildGroup } from './ChildGroup';
import { waitFor } from './waitFor';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'flaglens-children-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Starts a shell that starts a process of its own, and gives the ids of both. */
async function startFamily(group: ChildGroup, script: string): Promise<number[]> {
  const logFile = path.join(folder, 'log');
  group.start({ name: 'family', command: 'sh', args: ['-c', script], logFile });
  return waitFor<number[]>(
    async () => {
      const pids = (await readFile(logFile, 'utf8')).trim().split(/\s+/).filter(Boolean).map(Number);
      return pids.length === 2 ? { answer: pids } : { notYet: `${pids.length} processes` };
    },
    { what: 'The family', timeoutMs: 5000, pauseMs: 20 }
  );
}

test('stop ends a process with all that it started', async () => {
  const group = new ChildGroup();
  const pids = await startFamily(group, 'sleep 100 & echo $$ $!; wait');
  expect(pids.every(isAlive)).toBe(true);
  await group.stop();
  await waitFor(() => Promise.resolve(pids.some(isAlive) ? { notYet: 'alive' } : { answer: true }), {
    what: 'The end',
    timeoutMs: 3000,
  });
});

test('killNow ends a process that does not listen', async () => {
  const group = new ChildGroup();
  const pids = await startFamily(group, 'trap "" TERM; sleep 100 & echo $$ $!; wait; sleep 100');
  group.killNow();
  await waitFor(() => Promise.resolve(pids.some(isAlive) ? { notYet: 'alive' } : { answer: true }), {
    what: 'The end',
    timeoutMs: 3000,
  });
});

test('an end that nobody asked for is reported with the log', async () => {
  const group = new ChildGroup();
  const logFile = path.join(folder, 'log');
  const reason = await new Promise<string>((resolve) => {
    group.start({ name: 'Frail', command: 'sh', args: ['-c', 'exit 7'], logFile, onUnexpectedExit: resolve });
  });
  expect(reason).toBe(`Frail ended (7); its log is ${logFile}`);
});

test('an end that was asked for is not', async () => {
  const group = new ChildGroup();
  const reasons: string[] = [];
  group.start({
    name: 'Calm',
    command: 'sleep',
    args: ['100'],
    logFile: path.join(folder, 'log'),
    onUnexpectedExit: (reason) => reasons.push(reason),
  });
  await group.stop();
  expect(reasons).toEqual([]);
});

test('a command that is not there is reported', async () => {
  const group = new ChildGroup();
  const reason = await new Promise<string>((resolve) => {
    const logFile = path.join(folder, 'log');
    group.start({ name: 'Nobody', command: 'flaglens-no-such', args: [], logFile, onUnexpectedExit: resolve });
  });
  expect(reason).toContain('Nobody could not be started');
});

test('a process ends with us, even if we are killed', async () => {
  const source = path.join(import.meta.dirname, 'ChildGroup.ts');
  const logFile = path.join(folder, 'log');
  const program = `
    import { ChildGroup } from ${JSON.stringify(source)};
    new ChildGroup().start({ name: 'x', command: 'sh', args: ['-c', 'echo $$; exec sleep 100'], logFile: ${JSON.stringify(logFile)} });
  `;
  const parent = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
    stdio: 'ignore',
  });
  const pid = await waitFor<number>(
    async () => {
      const written = Number((await readFile(logFile, 'utf8')).trim());
      return written > 0 ? { answer: written } : { notYet: 'nothing written' };
    },
    { what: 'The start', timeoutMs: 20_000, pauseMs: 50 }
  );
  expect(isAlive(pid)).toBe(true);
  parent.kill('SIGKILL');
  await waitFor(() => Promise.resolve(isAlive(pid) ? { notYet: 'alive' } : { answer: true }), {
    what: 'The end',
    timeoutMs: 5000,
  });
}, 30_000);
