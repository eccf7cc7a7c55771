import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const root = path.join(__dirname, '../..');
const home = path.join(root, 'cli');
const examples = path.join(home, 'examples');

/** Outside of the checkout, whose packages and sources would lend a user what they do not have. */
let scratch: string;
/** A project that has installed the package and nothing else. */
let project: string;
/** A folder with Node's programs alone: no Go, and nothing that could be it. */
let programs: string;
/** The files of the tarball. */
let packed: string[];

interface Packed {
  filename: string;
  files: Array<{ path: string }>;
}

async function pack(folder: string): Promise<Packed> {
  const options = ['--json', '--ignore-scripts', '--pack-destination', scratch];
  const { stdout } = await execute('npm', ['pack', ...options], { cwd: folder });
  const [report] = JSON.parse(stdout) as Packed[];
  if (report === undefined) {
    throw new Error(`npm packed nothing of ${folder}`);
  }
  return report;
}

interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs the command as a user does, without Go. */
async function flaglens(...args: string[]): Promise<Ran> {
  const env = { PATH: programs, HOME: scratch, npm_config_offline: 'true', npm_config_update_notifier: 'false' };
  try {
    const { stdout, stderr } = await execute('npx', ['flaglens', ...args], { cwd: project, env });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as Ran;
    return { code, stdout, stderr };
  }
}

function textsOf(folder: string): Record<string, string> {
  return Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(path.join(folder, name), 'utf8')]));
}

beforeAll(async () => {
  scratch = mkdtempSync(path.join(tmpdir(), 'flaglens-cli-'));
  const copy = path.join(scratch, 'package');
  await mkdir(copy);
  for (const part of ['package.json', 'README.md', 'LICENSE', 'bin', 'src', 'scripts']) {
    await cp(path.join(home, part), path.join(copy, part), { recursive: true });
  }
  const build = path.join(home, 'scripts/build.ts');
  await execute(process.execPath, ['--import', 'tsx', build, path.join(copy, 'dist')], { cwd: root });
  const own = await pack(copy);
  packed = own.files.map((file) => file.path);
  // The dependencies come from the checkout's own packages, so that no registry is asked; their versions are checked.
  const { dependencies } = JSON.parse(readFileSync(path.join(home, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const others = await Promise.all(
    Object.keys(dependencies).map((name) => pack(path.join(root, 'node_modules', name)))
  );

  project = path.join(scratch, 'project');
  await mkdir(project);
  await writeFile(path.join(project, 'package.json'), JSON.stringify({ name: 'project', private: true }));
  const tarballs = [own, ...others].map(({ filename }) => path.join(scratch, filename));
  const alone = ['--offline', '--ignore-scripts', '--no-audit', '--no-fund'];
  await execute('npm', ['install', ...alone, ...tarballs], { cwd: project });

  programs = path.join(scratch, 'bin');
  mkdirSync(programs);
  const { stdout } = await execute('sh', ['-c', 'command -v npx; command -v sh; command -v env']);
  for (const program of [process.execPath, ...stdout.trim().split('\n')]) {
    symlinkSync(program, path.join(programs, path.basename(program)));
  }
}, 600_000);

afterAll(() => rm(scratch, { recursive: true }));

test('there is no Go', async () => {
  await expect(execute('go', ['version'], { env: { PATH: programs } })).rejects.toMatchObject({ code: 'ENOENT' });
});

test('the package carries what runs, its licences, and no sources', () => {
  expect([...packed].sort()).toEqual([
    'LICENSE',
    'README.md',
    'bin/flaglens.mjs',
    'dist/engine/LICENSES.txt',
    'dist/engine/package.json',
    'dist/engine/rules.wasm',
    'dist/engine/wasm_exec.js',
    'dist/engine/wasm_exec_node.js',
    'dist/flaglens.js',
    'package.json',
  ]);
  expect(readFileSync(path.join(home, 'LICENSE'), 'utf8')).toBe(readFileSync(path.join(root, 'LICENSE'), 'utf8'));
  const licences = readFileSync(path.join(scratch, 'package/dist/engine/LICENSES.txt'), 'utf8');
  expect(licences).toMatch(/=== Go go1\..*Copyright 2009 The Go Authors/s);
  expect(licences).toMatch(/=== github.com\/prometheus\/prometheus v.*Apache License/s);
});

test('writes the committed example, byte for byte', async () => {
  const targets = ['grafana', 'prometheus', 'alertmanager'];
  const folders = targets.flatMap((target) => [`--${target}`, path.join(scratch, target)]);
  const { code, stderr } = await flaglens('rules', '--config', path.join(examples, 'rules.yml'), ...folders);
  expect([code, stderr]).toEqual([0, '']);
  for (const target of targets) {
    expect(textsOf(path.join(scratch, target))).toEqual(textsOf(path.join(examples, 'generated', target)));
  }
}, 60_000);

test.each([
  ['what the config cannot say', 'window: five minutes', 'window: write it like 30s, 5m or 1h30m\n'],
  ['what the backend rejects', 'window: 0s', 'window: "0s" is no duration; write it like 5m\n'],
])(
  '%s ends with 2 and the reason',
  async (_, line, message) => {
    const config = path.join(scratch, 'wrong.yml');
    const right = readFileSync(path.join(examples, 'rules.yml'), 'utf8');
    writeFileSync(config, right.replace(/^window: .*$/m, line));
    const out = path.join(scratch, 'none');
    expect(await flaglens('rules', '--config', config, '--grafana', out)).toEqual({
      code: 2,
      stdout: '',
      stderr: message,
    });
  },
  60_000
);

test('an installation that lacks a part says so', async () => {
  rmSync(path.join(project, 'node_modules/@flaglens/cli/dist/engine/rules.wasm'));
  const config = path.join(examples, 'rules.yml');
  const { code, stderr } = await flaglens('rules', '--config', config, '--grafana', path.join(scratch, 'none'));
  expect([code, stderr]).toEqual([2, expect.stringMatching(/rules\.wasm is missing.*install @flaglens\/cli again/)]);
}, 60_000);
