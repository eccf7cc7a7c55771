import { useCallback, useState } from 'react';

/** A set of names that single names are switched in and out of. */
export function useToggleSet(initial: readonly string[]): [ReadonlySet<string>, (name: string) => void] {
  const [names, setNames] = useState<ReadonlySet<string>>(() => new Set(initial));
  const toggle = useCallback((name: string) => {
    setNames((current) => {
      const next = new Set(current);
      if (!next.delete(name)) {
        next.add(name);
      }
      return next;
    });
  }, []);
  return [names, toggle];
}
