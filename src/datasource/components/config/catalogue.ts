import { type Signal } from '../../../contract/contract.gen';

/** An entry of the catalogue as the settings page lists it. */
export interface Entry {
  signal: Signal;
  /** Whether it stands as the preset has it, replaces the preset's of the same id, or is the user's own. */
  origin: 'preset' | 'changed' | 'own';
  /** Where it is among the settings' own signals; undefined for one of the preset's. */
  index?: number;
}

/** The catalogue: the preset's signals, each replaced by the user's of the same id, then the user's own. */
export function catalogueEntries(preset: readonly Signal[], own: readonly Signal[]): Entry[] {
  const ids = own.map(({ id }) => id);
  const presetIds = new Set(preset.map(({ id }) => id));
  const entries = preset.map((signal): Entry => {
    const index = ids.indexOf(signal.id);
    const changed = index < 0 ? undefined : own[index];
    return changed === undefined ? { signal, origin: 'preset' } : { signal: changed, origin: 'changed', index };
  });
  own.forEach((signal, index) => {
    // A second signal of the same id is wrong, but must be seen to be fixed.
    if (!presetIds.has(signal.id) || ids.indexOf(signal.id) !== index) {
      entries.push({ signal, origin: 'own', index });
    }
  });
  return entries;
}

/** A signal with its optional fields left out where they are empty. */
export function withoutEmpty(signal: Signal): Signal {
  const margin = Object.fromEntries(Object.entries(signal.margin ?? {}).filter(([, value]) => Boolean(value)));
  const cleaned = {
    ...signal,
    margin: Object.keys(margin).length > 0 ? margin : undefined,
    // What only another kind reads would lie in wait unseen.
    bad: signal.kind === 'ratio' ? signal.bad : undefined,
    badMetric: signal.kind === 'ratio' ? signal.badMetric : undefined,
    countMetric: signal.kind === 'mean' ? signal.countMetric : undefined,
  };
  const { id, name, kind, metric, ...optional } = cleaned;
  return { id, name, kind, metric, ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value)) };
}
