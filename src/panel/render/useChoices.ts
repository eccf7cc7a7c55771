import { useMemo, useState } from 'react';
import { type SignalView } from '../model/signals';
import { type ComparisonView, errorsSignalOf, mainSignalOf } from '../model/view';
import { type ComparisonOptions } from '../options';
import { type Hidden } from './tracks';
import { usePreview } from './usePreview';
import { useToggleSet } from './useToggleSet';

/** Means are read in the table; their line is there for who switches it on. */
const HIDDEN_AT_FIRST = ['mean'];

/** What the user has chosen to look at in this panel, and how it is changed. Refreshes leave it as it is. */
export interface Choices {
  /** The signals of the two tracks. */
  main: SignalView | null;
  errors: SignalView | null;
  /** Ids of the signal that is previewed and of the one that is pinned. */
  previewed: string | null;
  pinned: string | null;
  hidden: Hidden;
  showTable: boolean;
  toggleTable: () => void;
  toggleVariant: (variant: string) => void;
  toggleStat: (stat: string) => void;
  /** Pins a signal's track, or unpins it. */
  pin: (signal: string | null) => void;
  /** Previews a signal once the pointer rests on it. */
  preview: (signal: string | null) => void;
  /** Previews the signal before or after the one that is drawn. */
  stepSignal: (step: 1 | -1) => void;
}

/**
 * Keeps what the user has chosen; until then the options say it, and where they do not, the verdict that the panel's
 * sentence is about.
 */
export function useChoices(view: ComparisonView, options: ComparisonOptions): Choices {
  const [tableChoice, setTableChoice] = useState<boolean | null>(null);
  const [variants, toggleVariant] = useToggleSet([]);
  const [stats, toggleStat] = useToggleSet(HIDDEN_AT_FIRST);
  const [pinned, setPinned] = useState<string | null>(null);
  const preview = usePreview();
  const hidden = useMemo(() => ({ variants, stats }), [variants, stats]);

  const main = mainSignalOf(view, preview.signal, pinned, options.mainSignal, view.verdicts[0]?.signal ?? null);
  const showTable = tableChoice ?? options.showTable;
  return {
    main,
    errors: errorsSignalOf(view, main),
    previewed: preview.signal,
    pinned,
    hidden,
    showTable,
    toggleTable: () => setTableChoice(!showTable),
    toggleVariant,
    toggleStat,
    pin: (signal) => {
      setPinned((current) => (current === signal ? null : signal));
      preview.choose(null);
    },
    preview: preview.hover,
    stepSignal: (step) => {
      const ids = view.signals.map(({ id }) => id);
      const next = ids[Math.min(ids.length - 1, Math.max(0, ids.indexOf(main?.id ?? '') + step))];
      preview.choose(next ?? null);
    },
  };
}
