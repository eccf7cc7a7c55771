/**
 * How TypeScript becomes JavaScript, for the bundle and for Jest alike.
 *
 * `.ts` and `.tsx` are parsed differently: with `tsx` on, `<T>(x: T) => x` in a `.ts` file is a syntax error.
 *
 * @param {{ tsx: boolean }} file which of the two the options are for
 * @returns {import('@swc/core').Options}
 */
export function swcOptions({ tsx }) {
  return {
    swcrc: false,
    configFile: false,
    sourceMaps: true,
    jsc: {
      target: 'es2022',
      parser: { syntax: 'typescript', tsx },
      transform: { react: { runtime: 'automatic', development: false } },
    },
  };
}
