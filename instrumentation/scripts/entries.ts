/**
 * What the package exports: each entry with its module in `src/`, without the extension. `npm run exports` writes the
 * exports of package.json from this list.
 */
export const ENTRIES: Readonly<Record<string, string>> = {
  '.': 'index',
  './browser': 'browser/index',
  './express': 'requests/express',
  './fastify': 'requests/fastify',
  './koa': 'requests/koa',
  './opentelemetry': 'opentelemetry/index',
  './tracing': 'tracing/index',
};

/** The exports of package.json. The source condition is for this repository, which runs and tests from source. */
export function exportsOf(entries: Readonly<Record<string, string>>): Record<string, unknown> {
  const conditions = (module: string) => ({
    '@flaglens/source': `./src/${module}.ts`,
    import: { types: `./dist/esm/${module}.d.ts`, default: `./dist/esm/${module}.js` },
    require: { types: `./dist/cjs/${module}.d.ts`, default: `./dist/cjs/${module}.js` },
  });
  return {
    ...Object.fromEntries(Object.entries(entries).map(([entry, module]) => [entry, conditions(module)])),
    './package.json': './package.json',
  };
}

/**
 * The types of the entries for TypeScript's resolution `node10`, the default of services that are compiled to CommonJS:
 * it does not read the exports.
 */
export function typesVersionsOf(entries: Readonly<Record<string, string>>): Record<string, unknown> {
  const nested = Object.entries(entries).filter(([entry]) => entry !== '.');
  return { '*': Object.fromEntries(nested.map(([entry, module]) => [entry.slice(2), [`./dist/cjs/${module}.d.ts`]])) };
}
