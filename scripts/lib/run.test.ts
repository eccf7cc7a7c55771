import { run } from './run';
import { UserError } from './UserError';

const node = process.execPath;

test('gives what a command wrote', async () => {
  await expect(run(node, ['-e', 'console.log("one")'])).resolves.toBe('one\n');
});

test('tells lines as they come', async () => {
  const lines: string[] = [];
  await run(node, ['-e', 'console.log("one"); console.error("two")'], { onLine: (line) => lines.push(line) });
  expect(lines.sort()).toEqual(['one', 'two']);
});

test('a failure carries the end of the output', async () => {
  const failing = run(node, ['-e', 'console.error("why"); process.exit(3)']);
  await expect(failing).rejects.toThrow(UserError);
  await expect(failing).rejects.toThrow(/failed \(3\):\nwhy/);
});

test('a tool that is missing is named', async () => {
  await expect(run('flaglens-no-such-tool', [])).rejects.toThrow('flaglens-no-such-tool is not installed');
});

test.each(['npm error code ENOTFOUND', 'dial tcp: lookup modules.example: no such host'])(
  'trouble of the network is reported as such: %s',
  async (text) => {
    const failing = run(node, ['-e', `console.error(${JSON.stringify(text)}); process.exit(1)`]);
    await expect(failing).rejects.toThrow(/^No network: /);
  }
);
