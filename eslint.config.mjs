import js from '@eslint/js';
import { importX, createNodeResolver } from 'eslint-plugin-import-x';
import jsxA11y from 'eslint-plugin-jsx-a11y';
import reactHooks from 'eslint-plugin-react-hooks';
import globals from 'globals';
import tseslint from 'typescript-eslint';

import { contractWords } from './scripts/lint/contractWords.mjs';
import { importCycles } from './scripts/lint/importCycles.mjs';

/** The panel's floors, from the bottom up. */
const panelFloors = 'In the panel, render knows model, and model knows frames and format.';

/** What a part of src may import; `pages`, `datasource` and `panel` know `contract` and `shared` and never each other. */
const parts = ['pages', 'datasource', 'panel'];
const borders = [
  ...parts.map((part) => ({
    target: `./src/${part}`,
    from: parts.filter((other) => other !== part).map((other) => `./src/${other}`),
    message: 'pages, datasource and panel import contract and shared and never each other.',
  })),
  ...['contract', 'shared'].map((floor) => ({
    target: `./src/${floor}`,
    from: parts.map((part) => `./src/${part}`),
    message: `${floor} imports none of its users.`,
  })),
  { target: './src/panel/{frames,format}', from: ['./src/panel/model', './src/panel/render'], message: panelFloors },
  { target: './src/panel/model', from: './src/panel/render', message: panelFloors },
  {
    target: './src',
    from: ['./workbench', './demo', './scripts', './dashboards', './cli', './test/browser', './test/integration'],
    message: 'The plugin imports nothing from outside src.',
  },
  {
    target: './instrumentation',
    from: ['./src', './demo', './workbench', './scripts', './dashboards', './cli', './test'],
    message: 'The library for services stands on its own.',
  },
];

/**
 * Deprecated in 13.1, and still what works alike in all supported versions: Combobox and MultiCombobox changed their
 * props from 11.6 to 13, and what replaces getDataSourceSrv is not in 11.6.
 */
const stillNeeded = [
  { from: 'package', package: '@grafana/ui', name: ['Select', 'MultiSelect'] },
  { from: 'package', package: '@grafana/runtime', name: ['getDataSourceSrv', 'getList'] },
];

const noReact = {
  patterns: [
    {
      group: ['react', 'react-dom', 'react/*', 'react-dom/*', '@grafana/ui', '@emotion/*'],
      message: 'What the panel shows is pure: frames in, view model out.',
    },
  ],
};

/** Which rooms a room of the renderer knows; the view that composes them knows all. */
const roomsBelow = {
  base: [],
  header: ['base'],
  tracks: ['base'],
  table: ['base'],
  notes: ['base', 'header'],
  marks: ['base', 'tracks'],
  distribution: ['base', 'header'],
};
const roomBorders = Object.entries(roomsBelow).map(([room, below]) => ({
  target: `./src/panel/render/${room}`,
  from: './src/panel/render',
  except: [room, ...below].map((name) => `./${name}`),
  message: `${room} knows ${below.length > 0 ? below.join(' and ') : 'no other room'}.`,
}));

/**
 * The library's parts from the bottom up, each with those that it knows; files beside them compose the parts. The floor
 * knows nothing but itself.
 */
const libraryParts = {
  floor: [],
  privacy: ['floor'],
  labels: ['floor', 'privacy'],
  context: ['floor', 'labels'],
  metrics: ['floor', 'privacy', 'labels', 'context'],
  common: ['floor', 'privacy', 'labels', 'context', 'metrics'],
  allocation: ['floor', 'privacy', 'context', 'metrics', 'common'],
  endpoint: ['floor', 'privacy'],
  layers: ['floor', 'labels', 'context', 'metrics', 'common'],
  requests: ['floor', 'labels', 'context', 'metrics', 'common', 'endpoint'],
  openfeature: ['floor', 'labels', 'context', 'metrics', 'common', 'requests'],
  events: ['floor', 'privacy', 'labels', 'context', 'metrics', 'common'],
  collector: ['floor', 'context', 'events', 'metrics'],
  browser: ['floor', 'events'],
  opentelemetry: ['floor', 'privacy', 'labels', 'context', 'common', 'openfeature'],
  tracing: ['floor', 'common', 'opentelemetry'],
};
const libraryBorders = Object.entries(libraryParts).map(([part, below]) => ({
  target: `./instrumentation/src/${part}`,
  from: './instrumentation/src',
  except: [part, ...below].map((name) => `./${name}`),
  message: `In the library, ${part} knows ${below.length > 0 ? below.join(', ') : 'no other part'}.`,
}));

/** A room of the renderer is entered by its face, index.ts. */
const facesOnly = {
  patterns: [
    {
      group: Object.keys(roomsBelow).flatMap((room) => [`../${room}/*`, `./${room}/*`, `**/render/${room}/*`]),
      message: "Import what the room's index.ts offers.",
    },
  ],
};

const agpl = {
  paths: ['@grafana/prometheus', '@grafana/promql-builder', 'tsqtsq'].map((name) => ({
    name,
    message: 'AGPL packages are not imported.',
  })),
};

/** The library's sources call their modules by the names that those have once built. */
const resolver = createNodeResolver({
  extensions: ['.ts', '.tsx', '.js', '.json'],
  extensionAlias: { '.js': ['.ts', '.tsx', '.js'] },
});

export default tseslint.config(
  { ignores: ['**/node_modules', '**/dist', '.cache', 'coverage', '**/*.gen.ts', 'test/browser/output'] },
  { linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [resolver] },
    rules: {
      'no-console': 'error',
      'no-restricted-imports': ['error', agpl],
      'import-x/no-restricted-paths': ['error', { zones: [...borders, ...roomBorders] }],
      'import-x/no-cycle': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/array-type': ['error', { default: 'array-simple' }],
      '@typescript-eslint/no-deprecated': ['error', { allow: stillNeeded }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': true, minimumDescriptionLength: 10 }],
    },
  },
  {
    // The tests of a part may use the others.
    files: ['instrumentation/src/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: { 'import-x/no-restricted-paths': ['error', { zones: [...borders, ...libraryBorders] }] },
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    extends: [reactHooks.configs.flat.recommended, jsxA11y.flatConfigs.strict],
    languageOptions: { globals: globals.browser },
  },
  {
    files: ['src/panel/{frames,format,model}/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', { ...agpl, ...noReact }] },
  },
  {
    files: ['src/panel/**/*.{ts,tsx}'],
    ignores: ['src/panel/{frames,format,model}/**'],
    rules: { 'no-restricted-imports': ['error', { ...agpl, ...facesOnly }] },
  },
  {
    // Imports of types count.
    files: ['**/*.{ts,tsx}'],
    plugins: { 'import-cycles': importCycles },
    rules: { 'import-x/no-cycle': 'off', 'import-cycles/no-circle': 'error' },
  },
  {
    // What the backend and TypeScript both know is generated from the backend; tests say what they expect themselves.
    files: ['src/**/*.{ts,tsx}', 'cli/src/**/*.ts'],
    ignores: ['**/*.test.{ts,tsx}', 'src/**/testing/**'],
    plugins: { contract: contractWords },
    rules: { 'contract/no-hand-typed': 'error' },
  },
  {
    // Programs that are run in a terminal talk to it.
    files: [
      'scripts/**/*.ts',
      'workbench/**/*.ts',
      'demo/**/*.ts',
      'bench/**/*.ts',
      'dashboards/**/*.ts',
      'cli/**/*.ts',
      'examples/**/*.ts',
    ],
    languageOptions: { globals: globals.node },
    rules: { 'no-console': 'off' },
  },
  {
    // The workbench stands in for Grafana: it offers plugins also what is deprecated, and throws what Grafana throws.
    files: ['workbench/page/**/*.{ts,tsx}'],
    rules: {
      '@typescript-eslint/no-deprecated': 'off',
      '@typescript-eslint/only-throw-error': 'off',
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
    },
  },
  {
    files: ['**/*.{js,mjs}'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { globals: globals.node },
  },
  {
    files: ['**/*.test.{ts,tsx}', 'test/**/*.{ts,tsx}'],
    languageOptions: { globals: { ...globals.jest, ...globals.node } },
    rules: {
      // A mock's method handed to expect() is compared, never called.
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-empty-function': 'off',
    },
  }
);
