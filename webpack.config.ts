import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import CopyPlugin from 'copy-webpack-plugin';
import type { Configuration, EntryObject } from 'webpack';

import { swcOptions } from './swc.config.mjs';

const root = import.meta.dirname;
const source = path.join(root, 'src');
const runtimeShim = path.join(source, 'shared/jsx-runtime');

/** What every supported Grafana lends its plugins; bundling a second copy would break hooks and contexts. */
export const hostModules = [
  '@emotion/css',
  '@emotion/react',
  '@grafana/data',
  '@grafana/runtime',
  '@grafana/ui',
  'd3',
  'i18next',
  'lodash',
  'moment',
  'prismjs',
  'react',
  'react-dom',
  'react-redux',
  'redux',
  'rxjs',
  'rxjs/operators',
];

interface PluginParts {
  /** The plugin's id, which is also where Grafana serves its files: public/plugins/<id>. */
  id: string;
  /** Its folder below src and dist; empty for the app. */
  folder: string;
  /** Files besides plugin.json and img that go along. */
  extras?: CopyPlugin.Pattern[];
}

const plugins: PluginParts[] = [
  {
    id: 'flaglens-app',
    folder: '',
    extras: [
      { from: path.join(root, 'README.md'), to: 'README.md' },
      { from: path.join(root, 'CHANGELOG.md'), to: 'CHANGELOG.md' },
      { from: path.join(root, 'LICENSE'), to: 'LICENSE', toType: 'file' },
      { from: path.join(root, 'dashboards/generated/*.json'), to: 'dashboards/[name][ext]' },
    ],
  },
  { id: 'flaglens-datasource', folder: 'datasource' },
  { id: 'flaglens-panel', folder: 'panel' },
];

interface Build {
  production: boolean;
  /** The folder to write to. */
  dist: string;
}

/** The entry file of a plugin, or nothing if that part is not in this checkout. */
function entryFile(folder: string): string | undefined {
  return ['module.tsx', 'module.ts'].map((name) => path.join(source, folder, name)).find((file) => existsSync(file));
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest) {
    return String(manifest.version);
  }
  throw new Error('package.json has no version');
}

/** Fills the placeholders of a plugin.json. */
function fillManifest(content: Buffer): string {
  const today = new Date().toISOString().slice(0, 10);
  return content.toString('utf8').replaceAll('%VERSION%', version()).replaceAll('%TODAY%', today);
}

function configure(
  { id, folder, extras = [] }: PluginParts,
  entry: string,
  { production, dist }: Build
): Configuration {
  const from = path.join(source, folder);
  const entries: EntryObject = {
    // The last file of the list is the one whose exports the plugin's module has.
    module: { import: [path.join(source, 'shared/public-path.ts'), entry], library: { type: 'amd' } },
  };
  return {
    name: id,
    mode: production ? 'production' : 'development',
    target: ['web', 'es2022'],
    context: source,
    devtool: production ? 'source-map' : 'eval-source-map',
    entry: entries,
    externalsType: 'amd',
    externals: [...hostModules, { 'amd-module': 'module' }],
    module: {
      rules: [
        { test: /\.tsx$/, exclude: /node_modules/, use: { loader: 'swc-loader', options: swcOptions({ tsx: true }) } },
        { test: /\.ts$/, exclude: /node_modules/, use: { loader: 'swc-loader', options: swcOptions({ tsx: false }) } },
        { test: /\.(png|svg)$/, type: 'asset/resource', generator: { filename: 'img/[name][ext]' } },
      ],
    },
    output: {
      // Each plugin has a folder, and therefore chunks, of its own: Grafana serves a nested plugin's folder
      // under that plugin's id.
      path: path.join(dist, folder),
      filename: '[name].js',
      chunkFilename: production ? '[name].js?_cache=[contenthash]' : '[name].js',
      publicPath: `public/plugins/${id}/`,
      uniqueName: id,
      // The nested plugins and the backend's binaries live below and are not ours to remove.
      clean: { keep: (asset) => /^(datasource|panel)\b/.test(asset) || /(^|\/)gpx_/.test(asset) },
    },
    optimization: {
      chunkIds: 'named',
      splitChunks: {
        cacheGroups: {
          // The library that the pages stand on is a file of its own: it stays the same while they change.
          scenes: {
            test: /node_modules[\\/](@grafana[\\/]scenes|react-grid-layout)[\\/]/,
            name: 'scenes',
            chunks: 'async',
          },
        },
      },
    },
    performance: { hints: false },
    plugins: [
      new CopyPlugin({
        patterns: [
          { from: path.join(from, 'plugin.json'), to: 'plugin.json', transform: fillManifest },
          { from: path.join(from, 'img'), to: 'img' },
          ...extras,
        ],
      }),
    ],
    resolve: {
      extensions: ['.ts', '.tsx', '.js'],
      // Not every supported Grafana shares these two modules, see src/shared/jsx-runtime.
      alias: { 'react/jsx-runtime$': runtimeShim, 'react/jsx-dev-runtime$': runtimeShim },
    },
    stats: 'errors-warnings',
    infrastructureLogging: { level: 'warn' },
  };
}

/**
 * One compilation a plugin: the app, and the datasource and panel nested in it.
 *
 * @param env what the command line gives as `--env`; `production` minifies and writes full source maps, `dist` is the
 *   folder to write to
 */
export default function config(env: Record<string, unknown> = {}): Configuration[] {
  const build = {
    production: env.production === true,
    dist: path.resolve(root, typeof env.dist === 'string' ? env.dist : 'dist'),
  };
  return plugins.flatMap((plugin) => {
    const entry = entryFile(plugin.folder);
    return entry === undefined ? [] : [configure(plugin, entry, build)];
  });
}
