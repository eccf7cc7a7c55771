import type * as Loader from 'amd-module';

const globals = globalThis as { __webpack_public_path__?: string };
const built = 'public/plugins/flaglens-datasource/';

/** Loads the module as the host's AMD loader would, saying of it what `loader` has. */
async function load(loader: typeof Loader.default): Promise<string | undefined> {
  globals.__webpack_public_path__ = built;
  jest.resetModules();
  jest.doMock('amd-module', () => ({ __esModule: true, default: loader }));
  await import('./public-path');
  return globals.__webpack_public_path__;
}

describe('the address of the chunks', () => {
  it.each([
    ['a server', 'http://host/public/plugins/x/module.js', 'http://host/public/plugins/x/'],
    ['a sub-path', 'http://host/grafana/public/plugins/x/module.js', 'http://host/grafana/public/plugins/x/'],
    ['a CDN', 'https://cdn/x/1.0.0/public/plugins/x/module.js', 'https://cdn/x/1.0.0/public/plugins/x/'],
    ['a cached module', 'http://host/plugins/x/module.js?_cache=a/b', 'http://host/plugins/x/'],
  ])('follows the module on %s', async (_, uri, wanted) => {
    await expect(load({ uri })).resolves.toBe(wanted);
  });

  it.each([
    ['says nothing', undefined],
    ['says no address', {}],
    ['says a bare name', { uri: 'module.js' }],
  ])('stays as built where the loader %s', async (_, loader) => {
    await expect(load(loader)).resolves.toBe(built);
  });
});
