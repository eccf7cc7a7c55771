import { useCallback, useEffect, useRef, useState } from 'react';

/** How long the pointer rests on a row before its track previews, so that passing over rows changes nothing. */
const REST = 300;

/** The signal that is previewed, by pointer after a rest, by keys at once. */
export interface Preview {
  signal: string | null;
  hover: (signal: string | null) => void;
  choose: (signal: string | null) => void;
}

/** Keeps the previewed signal. */
export function usePreview(): Preview {
  const [signal, setSignal] = useState<string | null>(null);
  const timer = useRef<number | undefined>(undefined);

  const choose = useCallback((next: string | null) => {
    window.clearTimeout(timer.current);
    setSignal(next);
  }, []);
  const hover = useCallback((next: string | null) => {
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => setSignal(next), REST);
  }, []);
  useEffect(() => () => window.clearTimeout(timer.current), []);

  return { signal, hover, choose };
}
