import path from 'node:path';

import type { Plugin } from 'esbuild';

/**
 * Packages of CommonJS that were compiled from ES modules: their default export is a property of what `require` gives.
 * The ES modules of @grafana/ui, being .mjs, import them as Node would, and get the object around it.
 */
const compiledModules = ['react-custom-scrollbars-2', 'calculate-size'];

/** Gives importers of those packages the default export that they mean. */
export const unwrapDefaults: Plugin = {
  name: 'unwrap-defaults',
  setup(build) {
    const filter = new RegExp(`^(${compiledModules.join('|')})$`);
    build.onResolve({ filter }, ({ path: name, kind, namespace, resolveDir, pluginData }) => {
      if (pluginData === 'itself') {
        return undefined;
      }
      // The wrapper asks for the package itself, everybody else for the wrapper.
      return namespace === 'unwrapped'
        ? build.resolve(name, { kind, resolveDir, pluginData: 'itself' })
        : { path: name, namespace: 'unwrapped' };
    });
    build.onLoad({ filter: /.*/, namespace: 'unwrapped' }, ({ path: name }) => ({
      contents: `const compiled = require(${JSON.stringify(name)}); module.exports = compiled.default;`,
      resolveDir: path.join(import.meta.dirname, '..'),
    }));
  },
};

/** Grafana serves its fonts itself, its packages do not bring them: without their rules the system's fonts are used. */
export const withoutFonts: Plugin = {
  name: 'without-fonts',
  setup(build) {
    build.onLoad({ filter: /GlobalStyles[\\/]fonts\.mjs$/ }, () => ({
      contents: 'export const getFontStyles = () => [];',
      loader: 'js',
    }));
  },
};
