import { type RefObject, useCallback, useLayoutEffect, useRef, useState } from 'react';
import { fitting, type PillWords } from '../../model/pillWords';

/** The pixels that each of some words takes in an element, as the browser lays them out. */
function widthsIn(host: HTMLElement, all: readonly PillWords[]): number[] {
  const probe = document.createElement('span');
  Object.assign(probe.style, { position: 'absolute', visibility: 'hidden', whiteSpace: 'nowrap', overflow: 'visible' });
  probe.setAttribute('aria-hidden', 'true');
  host.append(probe);
  const widths = all.map(({ title, detail, tags }) => {
    const strong = document.createElement('strong');
    strong.textContent = detail === '' || title === '' ? title : `${title}: `;
    const small = document.createElement('small');
    small.textContent = tags === '' ? '' : ` ${tags}`;
    probe.replaceChildren(strong, detail, small);
    return Math.ceil(probe.getBoundingClientRect().width);
  });
  probe.remove();
  return widths;
}

/** An element whose words are the longest that fit. */
interface Fitted {
  /** Of the element that the words have the room of, and of the one that they stand in. */
  room: RefObject<HTMLDivElement>;
  words: RefObject<HTMLSpanElement>;
  shown: PillWords;
}

const NOTHING: PillWords = { title: '', detail: '', tags: '' };

/**
 * Chooses by measured width: of some words, longest first, the first that fit into an element.
 *
 * @param chrome pixels of the element that are not for words
 */
export function useFitted(all: readonly PillWords[], chrome: number): Fitted {
  const room = useRef<HTMLDivElement>(null);
  const words = useRef<HTMLSpanElement>(null);
  const [index, setIndex] = useState<number | null>(null);
  const key = JSON.stringify(all);

  const fit = useCallback(() => {
    const width = room.current?.clientWidth ?? 0;
    const host = words.current;
    // Where nothing is laid out, as in a test without a browser, the longest words stand.
    if (host && width > 0) {
      setIndex((shown) => fitting(widthsIn(host, JSON.parse(key) as PillWords[]), width - chrome, shown));
    }
  }, [chrome, key]);
  useLayoutEffect(fit, [fit]);
  useLayoutEffect(() => {
    if (!room.current || typeof ResizeObserver === 'undefined') {
      return;
    }
    const observer = new ResizeObserver(fit);
    observer.observe(room.current);
    return () => observer.disconnect();
  }, [fit]);

  return { room, words, shown: all[Math.min(index ?? 0, all.length - 1)] ?? NOTHING };
}
