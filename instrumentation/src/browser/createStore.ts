/** Text kept in the browser across pages. Nothing of it throws: a browser that stores nothing behaves as an empty one. */
export interface Store {
  get: (key: string) => string | null | undefined;
  /** Whether it was stored. */
  set: (key: string, text: string) => boolean;
  remove: (key: string) => void;
  keys: () => string[];
}

/** The part of a web storage whose keys begin with the prefix. Reading the storage itself may throw, too. */
export function createStore(open: () => Storage | undefined, prefix: string): Store {
  const attempt = <Result>(action: (storage: Storage) => Result): Result | undefined => {
    try {
      const storage = open();
      return storage && action(storage);
    } catch {
      return undefined;
    }
  };
  return {
    get: (key) => attempt((storage) => storage.getItem(prefix + key)),
    set: (key, text) =>
      attempt((storage) => {
        storage.setItem(prefix + key, text);
        return true;
      }) ?? false,
    remove: (key) => attempt((storage) => storage.removeItem(prefix + key)),
    keys: () =>
      attempt((storage) =>
        Object.keys(storage)
          .filter((key) => key.startsWith(prefix))
          .map((key) => key.slice(prefix.length))
      ) ?? [],
  };
}
