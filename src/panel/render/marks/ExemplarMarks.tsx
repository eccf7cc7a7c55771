import { css } from '@emotion/css';
import { type DataFrame, type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { type KeyboardEvent, useMemo, useState } from 'react';
import { formatValue, type ValueStyle } from '../../format/numbers';
import { exemplarsOf, type PlacedExemplar, placeExemplars } from '../../model/exemplars';
import { PLOT_INSET } from '../../model/heights';
import { type SignalView } from '../../model/signals';
import { type Subject } from '../../model/subjects';
import { testIds, useAxis, useLooks } from '../base';
import { type PlacedTrack, useStage } from '../tracks';
import { ExemplarCard } from './ExemplarCard';

interface ExemplarMarksProps {
  /** Frames of exemplars, of all signals and subjects. */
  frames: readonly DataFrame[];
  subject: Subject;
  /** The signal that the main track draws. */
  signal: SignalView;
  /** Variants that the legend has switched off. */
  hidden: ReadonlySet<string>;
}

/** What takes the pointer; the mark itself is smaller. */
const TARGET = 14;
/** A diamond, as Grafana draws exemplars; at the edge of the axis an arrow that points beyond it. */
const OUTLINES = { within: 'M7 3 11 7 7 11 3 7Z', above: 'M7 2.5 11 8.5H3Z', below: 'M7 11.5 11 5.5H3Z' };

/** Traces as small marks among the lines. One of them is in the order of the tab key; arrow keys go to its neighbours. */
export function ExemplarMarks({ frames, subject, signal, hidden }: ExemplarMarksProps) {
  const axis = useAxis();
  const exemplars = useMemo(() => exemplarsOf(frames), [frames]);
  const main = useStage().rows.find(({ track }) => track.id === 'main');
  const marks = useMemo(
    () =>
      main ? placeExemplars(exemplars, subject, { signal: signal.id, hidden, axis, scale: main.track.scale }) : [],
    [exemplars, subject, signal, hidden, axis, main]
  );
  return main && marks.length > 0 ? <MarkList marks={marks} main={main} style={signal.primary.style} /> : null;
}

interface MarkListProps {
  marks: readonly PlacedExemplar[];
  main: PlacedTrack;
  style: ValueStyle;
}

function MarkList({ marks, main, style }: MarkListProps) {
  const styles = useStyles2(getStyles);
  const axis = useAxis();
  const looks = useLooks();
  const stage = useStage();
  const [current, setCurrent] = useState(0);
  const [shown, setShown] = useState<number | null>(null);
  const stop = Math.min(current, marks.length - 1);
  const opened = shown === null ? undefined : marks[shown];

  const placeOf = ({ x, y }: PlacedExemplar) => ({
    x: stage.left + x * stage.plotWidth,
    y: main.top + PLOT_INSET + y * (main.track.height - 2 * PLOT_INSET),
  });
  const clock = (time: number) => axis.format(time, 'second');
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const next = targetOf(event.key, stop, marks.length);
    const item = next === null ? null : event.currentTarget.closest('ul')?.children[next]?.firstElementChild;
    if (item instanceof HTMLElement) {
      event.preventDefault();
      event.stopPropagation();
      item.focus();
    } else if (event.key === 'Escape') {
      setShown(null);
    }
  };

  return (
    <>
      <ul className={styles.marks} aria-label="Traces; arrow keys go from one to the next">
        {marks.map((mark, index) => {
          const { exemplar } = mark;
          const at = placeOf(mark);
          const look = looks.get(exemplar.variant);
          const common = {
            className: styles.mark,
            style: { left: at.x - TARGET / 2, top: at.y - TARGET / 2, color: look?.color },
            tabIndex: index === stop ? 0 : -1,
            'aria-label': `${exemplar.role} ${exemplar.variant}, ${formatValue(exemplar.value, style)} at ${clock(exemplar.time)}. ${
              exemplar.link?.title ?? 'Trace'
            } ${exemplar.traceId}`,
            'data-testid': testIds.exemplar,
            'data-variant': exemplar.variant,
            'data-trace': exemplar.traceId,
            onFocus: () => {
              setCurrent(index);
              setShown(index);
            },
            onKeyDown,
            onBlur: () => setShown(null),
            onPointerEnter: () => setShown(index),
            onPointerLeave: () => setShown(null),
          };
          const glyph = (
            <svg width={TARGET} height={TARGET} viewBox="0 0 14 14" aria-hidden focusable={false}>
              <path d={OUTLINES[mark.beyond ?? 'within']} fill="currentColor" />
            </svg>
          );
          return (
            // Its place in time tells a mark from all others only together with its trace.
            <li key={`${exemplar.time}/${exemplar.traceId}/${exemplar.variant}`}>
              {exemplar.link ? (
                <a {...common} href={exemplar.link.href} target={exemplar.link.target} rel="noreferrer">
                  {glyph}
                </a>
              ) : (
                <button {...common} type="button">
                  {glyph}
                </button>
              )}
            </li>
          );
        })}
      </ul>
      {opened && (
        <ExemplarCard
          exemplar={opened.exemplar}
          style={style}
          color={looks.get(opened.exemplar.variant)?.color}
          time={clock(opened.exemplar.time)}
          at={placeOf(opened)}
          right={stage.left + stage.plotWidth}
        />
      )}
    </>
  );
}

/** The mark that a key leads to. */
function targetOf(key: string, current: number, count: number): number | null {
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowUp':
      return Math.max(0, current - 1);
    case 'ArrowRight':
    case 'ArrowDown':
      return Math.min(count - 1, current + 1);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}

const getStyles = (theme: GrafanaTheme2) => ({
  marks: css({ margin: 0, padding: 0, listStyle: 'none' }),
  mark: css({
    position: 'absolute',
    width: TARGET,
    height: TARGET,
    padding: 0,
    border: 0,
    background: 'transparent',
    lineHeight: 0,
    zIndex: 1,
    '& path': {
      stroke: theme.colors.background.primary,
      strokeWidth: 1.25,
    },
    '&:hover path, &:focus-visible path': { stroke: theme.colors.text.maxContrast },
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.main}`, outlineOffset: -1, borderRadius: 2 },
  }),
});
