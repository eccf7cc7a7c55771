import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';

const run = promisify(execFile);
const root = path.join(__dirname, '../..');

/** What Grafana lends plugins in every supported version; a bundle may ask for nothing else. */
const lent = new Set([
  '@emotion/css',
  '@emotion/react',
  '@grafana/data',
  '@grafana/runtime',
  '@grafana/ui',
  'd3',
  'i18next',
  'lodash',
  'module',
  'moment',
  'prismjs',
  'react',
  'react-dom',
  'react-redux',
  'redux',
  'rxjs',
  'rxjs/operators',
]);

const folders = ['.', 'datasource', 'panel'];

let dist: string;

const read = (file: string) => readFileSync(path.join(dist, file), 'utf8');
const json = (file: string) => JSON.parse(read(file)) as Record<string, unknown>;

/** The JavaScript files of one plugin, relative to dist. */
function scripts(folder: string): string[] {
  return readdirSync(path.join(dist, folder))
    .filter((name) => name.endsWith('.js'))
    .map((name) => path.join(folder, name));
}

const allScripts = () => folders.flatMap(scripts);

beforeAll(async () => {
  const cache = path.join(root, '.cache');
  await mkdir(cache, { recursive: true });
  dist = await mkdtemp(path.join(cache, 'dist-'));
  const webpack = ['--import', 'tsx', 'node_modules/webpack/bin/webpack.js', '--config', 'webpack.config.ts'];
  await run(process.execPath, [...webpack, '--env', 'production', '--env', `dist=${dist}`], { cwd: root });
}, 300_000);

afterAll(() => rm(dist, { recursive: true }));

describe('the layout', () => {
  it.each([
    'plugin.json',
    'module.js',
    'README.md',
    'CHANGELOG.md',
    'LICENSE',
    'img/logo.svg',
    'dashboards/feature.json',
    'dashboards/existing-application.json',
    'datasource/plugin.json',
    'datasource/module.js',
    'datasource/img/logo.svg',
    'panel/plugin.json',
    'panel/module.js',
    'panel/img/logo.svg',
  ])('has %s', (file) => {
    expect(read(file)).not.toHaveLength(0);
  });

  it('has every file that the manifests name', () => {
    for (const folder of folders) {
      const manifest = json(path.join(folder, 'plugin.json'));
      const { logos } = manifest.info as { logos: Record<string, string> };
      const includes = (manifest.includes ?? []) as Array<{ type: string; path: string }>;
      const named = [
        ...Object.values(logos),
        ...includes.filter(({ type }) => type !== 'page').map((include) => include.path),
      ];
      const missing = named.filter((file) => !existsSync(path.join(dist, folder, file)));
      expect(missing).toEqual([]);
    }
  });
});

describe('the manifests', () => {
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };

  it.each([
    ['.', 'flaglens-app', 'app'],
    ['datasource', 'flaglens-datasource', 'datasource'],
    ['panel', 'flaglens-panel', 'panel'],
  ])('of %s is filled in', (folder, id, type) => {
    const manifest = json(path.join(folder, 'plugin.json'));
    expect(manifest).toMatchObject({
      id,
      type,
      info: { version, updated: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) as string },
      dependencies: { grafanaDependency: '>=11.6.0' },
    });
    expect(read(path.join(folder, 'plugin.json'))).not.toMatch(/%[A-Z_]+%/);
  });

  it('declare the backend, for queries and alert rules', () => {
    expect(json('datasource/plugin.json')).toMatchObject({
      backend: true,
      alerting: true,
      metrics: true,
      executable: 'gpx_flaglens',
    });
  });

  it('declare the nested plugins and the dashboards', () => {
    const includes = json('plugin.json').includes as Array<{ type: string; path: string }>;
    expect(includes.map(({ type, path: file }) => [type, file])).toEqual(
      expect.arrayContaining([
        ['datasource', 'datasource/plugin.json'],
        ['panel', 'panel/plugin.json'],
        ['dashboard', 'dashboards/feature.json'],
        ['dashboard', 'dashboards/existing-application.json'],
      ])
    );
  });
});

describe('the bundles', () => {
  // Every dashboard with one of these panels loads it before it draws anything; what few panels need comes later.
  it("of the panel's module stays within 64 KB, compressed", () => {
    const size = gzipSync(read('panel/module.js'), { level: 9 }).length;
    expect(size).toBeLessThanOrEqual(64 * 1024);
    // Far less would mean that the panel is no longer in it.
    expect(size).toBeGreaterThan(20 * 1024);
  });

  it.each(folders)('of %s ask the host for nothing that it does not lend', (folder) => {
    const names = /^define\((\[.*?\])/s.exec(read(path.join(folder, 'module.js')))?.[1];
    const asked = JSON.parse(names ?? 'null') as string[];
    expect(asked).toEqual(expect.arrayContaining(['react', '@grafana/data']));
    expect(asked.filter((name) => !lent.has(name))).toEqual([]);
  });

  it('have a source map each', () => {
    const missing = allScripts().filter((file) => !existsSync(path.join(dist, `${file}.map`)));
    expect(missing).toEqual([]);
    allScripts().forEach((file) => expect(read(file)).toContain(`//# sourceMappingURL=${path.basename(file)}.map`));
  });

  it('hold no copy of what the host lends', () => {
    const packages = allScripts().flatMap((file) => {
      const { sources } = json(`${file}.map`) as unknown as { sources: string[] };
      return sources.flatMap((source) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(source)?.[1] ?? []);
    });
    expect(packages.filter((name) => lent.has(name) || name === '@grafana/schema')).toEqual([]);
    // plugin-ui is bundled, so the list is not empty for want of looking.
    expect(packages).toContain('@grafana/plugin-ui');
  });

  it('make elements with the host’s React alone', () => {
    const own = allScripts().filter((file) => /Symbol\.for\("react\.(transitional\.)?element"\)/.test(read(file)));
    expect(own).toEqual([]);
  });

  it('tell nothing of the machine that built them', () => {
    const telling = allScripts().filter((file) => read(file).includes(root) || read(`${file}.map`).includes(root));
    expect(telling).toEqual([]);
  });

  it('load little with the first page, beside the library that the pages stand on', () => {
    const own = scripts('.').filter((file) => file !== 'scenes.js');
    const size = own.reduce((total, file) => total + gzipSync(read(file)).length, 0);
    expect(own.length).toBeGreaterThan(1);
    expect(size).toBeLessThan(200_000);
  });

  it.each([
    ['.', 20_000],
    ['datasource', 25_000],
  ])('of %s load no editor or page before it is opened', (folder, limit) => {
    expect(read(path.join(folder, 'module.js')).length).toBeLessThan(limit);
  });
});

describe('a loaded plugin', () => {
  /** Stands for any export of a host module: it can be called, constructed, extended and looked into. */
  function anything(): unknown {
    const target = function Stand() {
      return undefined;
    };
    const stand: unknown = new Proxy(target, {
      get: (_, key) => {
        switch (key) {
          case 'prototype':
            return target.prototype as object;
          case Symbol.toPrimitive:
            return () => '';
          default:
            return stand;
        }
      },
      apply: () => stand,
      construct: () => stand as object,
    });
    return stand;
  }

  it.each(folders)('of %s is exported as Grafana wants it', (folder) => {
    const exported: unknown[] = [];
    const define = (names: string[], factory: (...modules: unknown[]) => unknown) => {
      const modules = names.map((name) =>
        name === 'module' ? { uri: 'http://host/plugins/x/module.js' } : anything()
      );
      exported.push(factory(...modules));
    };
    // What an AMD loader does with the file.
    runInNewContext(read(path.join(folder, 'module.js')), { define });
    expect(exported).toHaveLength(1);
    expect(Object.keys(exported[0] as object)).toEqual(['plugin']);
  });
});
