import { existsSync } from 'node:fs';
import path from 'node:path';

import { swcOptions } from './swc.config.mjs';

/** Packages that are published as ES modules, or import some, and must be turned into CommonJS for Jest. */
const esModules = [
  '@bsull/augurs',
  '@grafana/schema',
  '@wojtekmaj/date-utils',
  'd3',
  'd3-[a-z-]+',
  'delaunator',
  'get-user-locale',
  'internmap',
  'map-age-cleaner',
  'marked',
  'memoize',
  'mimic-function',
  'mimic-fn',
  'monaco-promql',
  'ol',
  'p-defer',
  'parse-numeric-range',
  'pbf',
  'quick-lru',
  'rbush',
  'quickselect',
  'react-calendar',
  'robust-predicates',
  'uuid',
  // CommonJS, but it imports node:http when it first sends, which Jest's own modules cannot do.
  '@opentelemetry/otlp-exporter-base',
];

/** Jest refuses roots that are not there, and not every folder has come into being yet. */
function existing(folders) {
  return folders
    .filter((folder) => existsSync(path.join(import.meta.dirname, folder)))
    .map((folder) => `<rootDir>/${folder}`);
}

const common = {
  rootDir: '.',
  transform: {
    '\\.tsx$': ['@swc/jest', swcOptions({ tsx: true })],
    '\\.[mc]?[jt]s$': ['@swc/jest', swcOptions({ tsx: false })],
  },
  transformIgnorePatterns: [`/node_modules/(?!(.*/node_modules/)?(${esModules.join('|')})/)`],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.cache/'],
  watchPathIgnorePatterns: ['<rootDir>/node_modules/', '<rootDir>/dist/'],
};

/** The instrumentation is tested from its source, which names its modules as they are called once built. */
const fromSource = {
  testEnvironmentOptions: { customExportConditions: ['@flaglens/source', 'node', 'node-addons'] },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
};

/** @type {import('jest').Config} */
export default {
  // No test measures time: on a busy machine each takes several times as long.
  testTimeout: 30_000,
  projects: [
    {
      ...common,
      displayName: 'browser',
      testEnvironment: 'jsdom',
      roots: ['<rootDir>/src'],
      testMatch: ['**/*.test.{ts,tsx}'],
      setupFilesAfterEnv: ['<rootDir>/test/jest/browser.setup.ts'],
      moduleNameMapper: {
        '\\.(css|scss)$': 'identity-obj-proxy',
        '\\.(png|svg)$': '<rootDir>/test/jest/file.mock.ts',
        '^react-inlinesvg$': '<rootDir>/test/jest/inlinesvg.mock.tsx',
        '^amd-module$': '<rootDir>/test/jest/amd-module.mock.ts',
      },
    },
    {
      ...common,
      displayName: 'node',
      testEnvironment: 'node',
      ...fromSource,
      roots: existing(['scripts', 'instrumentation', 'demo', 'workbench', 'dashboards', 'cli', 'test/build', 'bench']),
      testMatch: ['**/*.test.{ts,tsx}'],
    },
    {
      ...common,
      displayName: 'integration',
      testEnvironment: 'node',
      ...fromSource,
      roots: existing(['test/integration']),
      testMatch: ['**/*.test.ts'],
    },
    {
      ...common,
      displayName: 'grafana',
      testEnvironment: 'node',
      roots: existing(['test/grafana']),
      testMatch: ['**/*.test.ts'],
    },
  ],
};
