/** Changes when what is kept changes its shape, so that copies of different versions do not meet. */
const VERSION = 1;

/**
 * One value for the whole process. A program may load this package twice, as an ES module and as CommonJS, and has then
 * two copies of every module: what both must agree on lives here. It must be told apart by its data, never by
 * `instanceof`, since each copy has classes of its own.
 */
export function processWide<T>(name: string, create: () => T): T {
  const slots: Record<symbol, unknown> = globalThis;
  const slot = Symbol.for(`@flaglens/instrumentation/${name}@${VERSION}`);
  slots[slot] ??= create();
  return slots[slot] as T;
}
