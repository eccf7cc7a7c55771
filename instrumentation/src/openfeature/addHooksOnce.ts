import type { Hook } from '@openfeature/server-sdk';
import { processWide } from '../floor/processWide.js';

/** Where hooks are added: `OpenFeature`, or one of its clients. */
export interface HookHost {
  addHooks(...hooks: Hook[]): unknown;
  /** The hooks that are added already. */
  getHooks?(): readonly object[];
}

/** The hooks of each host, by where they count and by what they are for. */
const known = processWide('hooks', () => new WeakMap<object, WeakMap<object, Map<string, Hook>>>());

/**
 * Adds the hooks that the host does not have for this place yet. A module that makes an instrumentation may be loaded
 * more than once in a process, by the bundles of a framework or by a hot reload: its hooks would count twice.
 *
 * @param place what hooks that count in the same metrics have in common; another after the registry was cleared
 * @param hooks by a word for what each is for
 */
export function addHooksOnce(host: HookHost, place: object, hooks: Readonly<Record<string, Hook>>): void {
  const ofHost = known.get(host) ?? new WeakMap<object, Map<string, Hook>>();
  known.set(host, ofHost);
  const ofPlace = ofHost.get(place) ?? new Map<string, Hook>();
  ofHost.set(place, ofPlace);
  // The host may have been rid of its hooks since, as tests do.
  const there = typeof host.getHooks === 'function' ? host.getHooks() : undefined;
  const missing = Object.entries(hooks).filter(([purpose]) => {
    const before = ofPlace.get(purpose);
    return before === undefined || there?.includes(before) === false;
  });
  if (missing.length > 0) {
    host.addHooks(...missing.map(([, hook]) => hook));
    for (const [purpose, hook] of missing) {
      ofPlace.set(purpose, hook);
    }
  }
}
