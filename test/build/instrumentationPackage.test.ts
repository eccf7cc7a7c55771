import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { ENTRIES, exportsOf, typesVersionsOf } from '../../instrumentation/scripts/entries';

const run = promisify(execFile);
const root = path.join(__dirname, '../..');
const home = path.join(root, 'instrumentation');

interface Manifest {
  dependencies?: Record<string, string>;
  exports: Record<string, unknown>;
  typesVersions: Record<string, unknown>;
  peerDependencies: Record<string, string>;
  peerDependenciesMeta: Record<string, { optional: boolean } | undefined>;
}

const manifest = JSON.parse(readFileSync(path.join(home, 'package.json'), 'utf8')) as Manifest;
const peers = Object.keys(manifest.peerDependencies);
const optional = (peer: string) => manifest.peerDependenciesMeta[peer]?.optional === true;

/** Outside of the checkout, whose node_modules would lend a consumer what it has not installed. */
let scratch: string;
/** A service with only the required peers installed. */
let bare: string;
/** A service with every peer installed. */
let full: string;
/** The files of the tarball. */
let packed: string[];

/** The folder of an installed package, as the instrumentation would find it. */
function installed(name: string): string {
  const folders = createRequire(path.join(home, 'package.json')).resolve.paths(name) ?? [];
  const folder = folders.map((candidate) => path.join(candidate, name)).find((candidate) => existsSync(candidate));
  if (folder === undefined) {
    throw new Error(`${name} is not installed`);
  }
  return folder;
}

async function service(name: string, tarball: string, lent: readonly string[]): Promise<string> {
  const folder = path.join(scratch, name);
  await mkdir(folder);
  await writeFile(path.join(folder, 'package.json'), JSON.stringify({ name, private: true, type: 'module' }));
  // Without peers, nothing else is asked of a registry: these are links to what the checkout has installed.
  const alone = ['--offline', '--legacy-peer-deps', '--ignore-scripts', '--no-audit', '--no-fund'];
  await run('npm', ['install', ...alone, tarball], { cwd: folder });
  for (const dependency of [...lent, '@types/node']) {
    const link = path.join(folder, 'node_modules', dependency);
    await mkdir(path.dirname(link), { recursive: true });
    await symlink(installed(dependency), link);
  }
  return folder;
}

/** Runs a module in a service. `extension` decides what kind it is. @returns what it printed */
async function program(folder: string, extension: 'mjs' | 'cjs', lines: readonly string[]): Promise<unknown> {
  const file = path.join(folder, `program.${extension}`);
  await writeFile(file, lines.join('\n'));
  const { stdout, stderr } = await run(process.execPath, [file], { cwd: folder });
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

beforeAll(async () => {
  scratch = await mkdtemp(path.join(tmpdir(), 'flaglens-package-'));
  const copy = path.join(scratch, 'package');
  await mkdir(copy);
  for (const part of ['package.json', 'README.md', 'LICENSE', 'src']) {
    await cp(path.join(home, part), path.join(copy, part), { recursive: true });
  }
  await run(process.execPath, ['--import', 'tsx', path.join(home, 'scripts/build.ts'), path.join(copy, 'dist')], {
    cwd: root,
  });
  const { stdout } = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', scratch], {
    cwd: copy,
  });
  const [report] = JSON.parse(stdout) as Array<{ filename: string; files: Array<{ path: string }> }>;
  packed = report?.files.map((file) => file.path) ?? [];
  const tarball = path.join(scratch, report?.filename ?? '');
  // OpenFeature's own peer.
  const required = [...peers.filter((peer) => !optional(peer)), '@openfeature/core'];
  bare = await service('bare', tarball, required);
  full = await service('full', tarball, [...new Set([...required, ...peers])]);
}, 300_000);

afterAll(() => rm(scratch, { recursive: true }));

describe('what is published', () => {
  it('needs nothing but peers', () => {
    expect(manifest.dependencies).toBeUndefined();
    expect(peers.filter((peer) => !optional(peer)).sort()).toEqual(['@openfeature/server-sdk', 'prom-client']);
  });

  it('exports what the list of entries says', () => {
    expect(manifest.exports).toEqual(exportsOf(ENTRIES));
    expect(manifest.typesVersions).toEqual(typesVersionsOf(ENTRIES));
  });

  it('carries the license and no tests', () => {
    expect(packed).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json']));
    expect(readFileSync(path.join(home, 'LICENSE'), 'utf8')).toBe(readFileSync(path.join(root, 'LICENSE'), 'utf8'));
    const known =
      /^(LICENSE|README\.md|package\.json|src\/.+\.ts|dist\/cjs\/package\.json|dist\/(esm|cjs)\/.+\.(js|d\.ts)(\.map)?)$/;
    expect(packed.filter((file) => !known.test(file) || /\.test\.|testing\//.test(file))).toEqual([]);
  });

  it('has nothing for publint to complain of', async () => {
    const publint = path.join(installed('publint'), 'src/cli.js');
    await run(process.execPath, [publint, '--strict', path.join(scratch, 'package')]);
  }, 60_000);
});

/** Loads the package in either way, uses it, and prints what the registry says. */
const used = [
  'const registry = new Registry();',
  'const { hooks, requests } = createInstrumentation({ registry, flags: [{ key: "a", variants: ["on"] }] });',
  'OpenFeature.addHooks(...hooks);',
  'OpenFeature.getClient().getBooleanValue("a", true).then(async () => {',
  '  process.stdout.write(JSON.stringify(Object.keys(await registry.getMetricsAsJSON().then(Object.values)).length));',
  '});',
];

describe('a service with only the required peers', () => {
  it('has no other', () => {
    const there = peers.filter((peer) => existsSync(path.join(bare, 'node_modules', peer)));
    expect(there.sort()).toEqual(['@openfeature/server-sdk', 'prom-client']);
  });

  it.each([
    ['mjs', (name: string, from: string) => `import { ${name} } from '${from}';`],
    ['cjs', (name: string, from: string) => `const { ${name} } = require('${from}');`],
  ] as const)('uses it from a module of kind %s', async (extension, load) => {
    const lines = [
      load('createInstrumentation', '@flaglens/instrumentation'),
      load('OpenFeature', '@openfeature/server-sdk'),
      load('Registry', 'prom-client'),
      ...used,
    ];
    expect(await program(bare, extension, lines)).toBeGreaterThan(5);
  });

  it.each(['index.mts', 'index.cts'])(
    'type checks %s, libraries included',
    async (file) => {
      const lines = [
        `import { createInstrumentation, type Instrumentation } from '@flaglens/instrumentation';`,
        `import { Registry } from 'prom-client';`,
        `export const made: Instrumentation = createInstrumentation({ registry: new Registry() });`,
        // Where the types were any, the second call would pass and the comment before it fail the check.
        `// @ts-expect-error: an instrumentation needs a registry`,
        `createInstrumentation({});`,
      ];
      await writeFile(path.join(bare, file), lines.join('\n'));
      const options = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2022', '--types', 'node'];
      const tsc = createRequire(__filename).resolve('typescript/bin/tsc');
      await run(process.execPath, [tsc, ...options, file], { cwd: bare });
    },
    120_000
  );
});

describe('a service with every peer', () => {
  const names = Object.keys(ENTRIES).map((entry) => path.posix.join('@flaglens/instrumentation', entry));

  it.each(names)('%s exports the same to import and to require', async (name) => {
    const lines = [
      `import * as imported from '${name}';`,
      `import { createRequire } from 'node:module';`,
      `const required = createRequire(import.meta.url)('${name}');`,
      `const sorted = (module) => Object.keys(module).filter((key) => key !== 'module.exports').sort();`,
      `process.stdout.write(JSON.stringify([sorted(imported), sorted(required)]));`,
    ];
    const [imported, required] = (await program(full, 'mjs', lines)) as [string[], string[]];
    expect(imported).toEqual(required);
    expect(imported.length).toBeGreaterThan(0);
  });

  it.each(['all.mts', 'all.cts'])(
    'type checks %s with every entry',
    async (file) => {
      const lines = names.map((name, index) => `export * as entry${index} from '${name}';`);
      await writeFile(path.join(full, file), lines.join('\n'));
      // The types of other libraries are theirs.
      const options = ['--strict', '--noEmit', '--skipLibCheck', '--module', 'nodenext', '--target', 'es2022'];
      const tsc = createRequire(__filename).resolve('typescript/bin/tsc');
      const types = ['--types', 'node', '--lib', 'es2022,dom,dom.iterable'];
      await run(process.execPath, [tsc, ...options, ...types, file], { cwd: full });
    },
    120_000
  );

  it('type checks every entry where TypeScript does not read the exports', async () => {
    const lines = names.map((name, index) => `export * as entry${index} from '${name}';`);
    await writeFile(path.join(full, 'older.ts'), lines.join('\n'));
    const options = ['--strict', '--noEmit', '--skipLibCheck', '--module', 'commonjs', '--moduleResolution', 'node10'];
    const tsc = createRequire(__filename).resolve('typescript/bin/tsc');
    const types = ['--target', 'es2022', '--types', 'node', '--lib', 'es2022,dom,dom.iterable', '--esModuleInterop'];
    await run(process.execPath, [tsc, ...options, ...types, 'older.ts'], { cwd: full });
  }, 120_000);

  it('shares metrics and flags between its ES module and its CommonJS copy', async () => {
    const lines = [
      `import { createServer } from 'node:http';`,
      `import { createInstrumentation, instrumentHandler } from '@flaglens/instrumentation';`,
      `import { OpenFeature } from '@openfeature/server-sdk';`,
      `import { Registry } from 'prom-client';`,
      `import { createRequire } from 'node:module';`,
      `const copy = createRequire(import.meta.url)('@flaglens/instrumentation');`,
      `const registry = new Registry();`,
      `const warnings = [];`,
      `const options = { registry, onWarning: (message) => warnings.push(message) };`,
      `const first = createInstrumentation(options);`,
      `copy.createInstrumentation(options);`,
      `OpenFeature.addHooks(...first.hooks);`,
      `const answer = async (request, response) => {`,
      `  await OpenFeature.getClient().getBooleanValue('a', true);`,
      `  response.end();`,
      `};`,
      `const { requests } = first;`,
      // A request that both copies see is one request.
      `const inner = copy.instrumentHandler(answer, { requests, route: () => '/inner' });`,
      `const server = createServer(instrumentHandler(inner, { requests, route: () => '/' }));`,
      `await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));`,
      `await fetch('http://127.0.0.1:' + server.address().port).then((response) => response.text());`,
      `server.close();`,
      `server.closeAllConnections();`,
      `const text = await registry.metrics();`,
      `const counted = text.match(/^(feature_flag_)?http_request_duration_seconds_count.*/gm);`,
      `process.stdout.write(JSON.stringify({ warnings, counted }));`,
    ];
    expect(await program(full, 'mjs', lines)).toEqual({
      warnings: [],
      counted: [
        'http_request_duration_seconds_count{method="GET",route="/",status="200"} 1',
        expect.stringMatching(
          /^feature_flag_http_request_duration_seconds_count\{feature_flag_key="a",.*route="\/".* 1$/
        ),
      ],
    });
  });
});
