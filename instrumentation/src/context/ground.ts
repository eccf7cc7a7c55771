import { AsyncLocalStorage } from 'node:async_hooks';
import { processWide } from '../floor/processWide.js';
import { TagTable } from './Tag.js';
import type { TagSet } from './TagSet.js';

/** What all instrumentations of one registry have in common: the work under way, and the tags that it may have. */
export interface Ground {
  readonly storage: AsyncLocalStorage<TagSet>;
  readonly table: TagTable;
}

const grounds = processWide('grounds', () => new WeakMap<object, Ground>());

/**
 * The ground of a registry. A service's own module may be loaded twice, by two bundles of a framework or by a hot reload,
 * and makes an instrumentation each time: what one of them runs is then known to the others.
 */
export function groundOf(registry: object): Ground {
  let ground = grounds.get(registry);
  if (ground === undefined) {
    ground = { storage: new AsyncLocalStorage(), table: new TagTable() };
    grounds.set(registry, ground);
  }
  return ground;
}
