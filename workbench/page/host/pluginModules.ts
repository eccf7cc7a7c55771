/** Loads plugins as Grafana does, by SystemJS: they are AMD modules that ask for the host's modules by bare names. */

/**
 * The loader, with the modules of the host. It is loaded after the page's own code ran: libraries that find an AMD loader
 * would register with it and not do what they were imported for.
 */
async function start(shared: Record<string, unknown>): Promise<typeof System> {
  await import('systemjs/dist/system.js');
  await import('systemjs/dist/extras/amd.js');
  const names = Object.keys(shared);
  System.addImportMap({ imports: Object.fromEntries(names.map((name) => [name, lentAs(name)])) });
  for (const name of names) {
    System.set(lentAs(name), shared[name] as System.Module);
  }
  return System;
}

function lentAs(name: string): string {
  return `workbench:${name}`;
}

let loader: Promise<typeof System> | undefined;

/**
 * Loads a module once and gives its exports. One that failed is loaded anew the next time.
 *
 * @param shared the modules of the host, by the names under which plugins ask for them
 * @throws Error that names the address, and the module that is missing where the host does not lend one
 */
export async function loadModule(address: string, shared: Record<string, unknown>): Promise<unknown> {
  loader ??= start(shared);
  const system = await loader;
  try {
    return await system.import(address);
  } catch (cause) {
    system.delete(system.resolve(address));
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${address} could not be loaded. Was the plugin built? ${why}`, { cause });
  }
}
