/** Takes the place of Grafana's loader: plugins are AMD modules that call `define(deps, factory)` when their script runs. */

type Factory = (...deps: unknown[]) => unknown;

interface Definition {
  deps: readonly string[];
  factory: Factory;
}

declare global {
  interface Window {
    define?: ((deps: readonly string[], factory: Factory) => void) & { amd?: object };
  }
}

let announced: Definition | undefined;
let turn: Promise<unknown> = Promise.resolve();
const modules = new Map<string, Promise<unknown>>();

/**
 * Makes `define` available. Called after the page's own code ran: libraries that find an AMD loader would register with
 * it and not do what they were imported for.
 */
function installDefine(): void {
  window.define ??= Object.assign(
    (deps: readonly string[], factory: Factory) => {
      announced = { deps, factory };
    },
    { amd: {} }
  );
}

function runScript(address: string): Promise<Definition> {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = address;
    announced = undefined;
    script.onload = () => {
      if (announced) {
        resolve(announced);
      } else {
        reject(new Error(`${address} is not an AMD module.`));
      }
    };
    script.onerror = () => reject(new Error(`${address} could not be loaded. Was the plugin built?`));
    document.head.append(script);
  });
}

async function load(address: string, shared: Record<string, unknown>): Promise<unknown> {
  installDefine();
  const { deps, factory } = await runScript(address);
  const given = deps.map((name) => {
    if (name === 'module') {
      return { id: address, uri: address };
    }
    if (!(name in shared)) {
      throw new Error(`${address} asks for the module ${name}, which the workbench does not lend.`);
    }
    return shared[name];
  });
  return factory(...given);
}

/**
 * Loads a module once and gives its exports.
 *
 * @param shared the modules of the host, by the names under which plugins ask for them
 */
export function loadModule(address: string, shared: Record<string, unknown>): Promise<unknown> {
  const known = modules.get(address);
  if (known) {
    return known;
  }
  // Which script announced a definition is only known if one runs at a time.
  const loading = turn.then(() => load(address, shared));
  turn = loading.catch(() => modules.delete(address));
  modules.set(address, loading);
  return loading;
}
