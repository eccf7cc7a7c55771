import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { type Change } from '../../model/changes';
import { Glyph, testIds, tokensOf, useAxis, useLayout } from '../base';
import { useStage } from '../tracks';

interface ChangeMarkersProps {
  changes: readonly Change[];
  /** The panel's flag, which the names need not repeat. */
  flag: string;
  /** Shows the range since a change. */
  onZoom: (from: number, to: number) => void;
}

const CHARACTER = 6.6;
const CHIP_PADDING = 26;
const CHIP_MAX = 190;

interface Placed {
  change: Change;
  x: number;
  /** What the chip says; empty where its neighbour leaves no room. */
  text: string;
}

/** Chips from the right to the left, so that the latest change always has its name. */
function placeChips(
  changes: readonly Change[],
  xOf: (time: number) => number,
  right: number,
  whenOf: (time: number) => string
) {
  let free = right;
  const placed: Placed[] = [];
  for (const change of [...changes].reverse()) {
    const x = xOf(change.time);
    const when = whenOf(change.time);
    const whole = `${when} ${change.title}`.trim();
    const room = free - x;
    const widthOf = (text: string) => Math.min(CHIP_MAX, text.length * CHARACTER + CHIP_PADDING);
    const text = [whole, when].find((candidate) => widthOf(candidate) <= room) ?? '';
    placed.push({ change, x, text });
    free = x - 2;
  }
  return placed.reverse();
}

function shortened(change: Change, flag: string): Change {
  const prefix = `${flag} `;
  return flag !== '' && change.title.startsWith(prefix)
    ? { ...change, title: change.title.slice(prefix.length) }
    : change;
}

/** Changes of the flag, of its allocation and whatever else was annotated, through all tracks at once. */
export function ChangeMarkers({ changes, flag, onZoom }: ChangeMarkersProps) {
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const tokens = tokensOf(theme);
  const axis = useAxis();
  const stage = useStage();
  const { lane } = useLayout().tracks;
  const visible = changes
    .filter(({ time, end }) => axis.shows(time, end ?? time))
    .map((change) => shortened(change, flag));
  // What began before the range stands at its edge, and says so.
  const clock = (time: number) =>
    time < axis.from ? `← ${axis.formatDated(time, 'minute')}` : axis.format(time, 'minute');
  const spoken = (time: number) =>
    time < axis.from ? `since before the range, ${axis.formatDated(time, 'minute')}` : axis.format(time, 'minute');
  const right = stage.left + stage.plotWidth + stage.bleed;
  const placed = placeChips(visible, (time) => stage.x(axis.limit(time)), right, clock);
  const colorOf = ({ kind, color }: Change) =>
    kind === 'other' && color !== null ? theme.visualization.getColorByName(color) : tokens.change;
  return (
    <>
      {placed.map(({ change, x, text }) => {
        const color = colorOf(change);
        const end = change.end === null ? null : stage.x(axis.limit(change.end));
        const words = [`${spoken(change.time)} ${change.title}`.trim(), change.text].filter((part) => part !== '');
        return (
          <div key={`${change.time}/${change.title}/${change.text}`} style={{ color }}>
            <span
              className={styles.line}
              style={{
                left: x,
                top: lane,
                height: stage.bottom - lane,
                borderLeftStyle: change.kind === 'allocation' ? 'dashed' : 'solid',
                ...(change.time < axis.from && { display: 'none' }),
              }}
            />
            {end !== null && (
              <span
                className={styles.span}
                style={{ left: x, width: end - x, top: stage.top, height: stage.bottom - stage.top }}
              />
            )}
            <button
              type="button"
              className={styles.chip}
              style={{
                left: lane > 0 && text !== '' ? x : x - 6,
                top: 0,
                height: Math.max(12, lane - 4),
                maxWidth: CHIP_MAX,
              }}
              title={[...words, 'Show the range since then'].join('\n')}
              aria-label={`${words.join(': ')}. Show the range since then`}
              data-testid={testIds.change}
              data-kind={change.kind}
              data-time={change.time}
              onClick={() => onZoom(change.time, axis.to)}
            >
              {lane > 0 && text !== '' ? (
                <span className={styles.text}>
                  {change.kind === 'flag' && <Glyph name="flag" size={11} />}
                  <span>{text}</span>
                </span>
              ) : (
                <svg width={10} height={6} viewBox="0 0 10 6" aria-hidden focusable={false}>
                  <path d="M0 0h10L5 6Z" fill="currentColor" />
                </svg>
              )}
            </button>
          </div>
        );
      })}
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  line: css({ position: 'absolute', borderLeft: '1.5px solid currentColor', pointerEvents: 'none' }),
  span: css({ position: 'absolute', background: 'currentColor', opacity: 0.08, pointerEvents: 'none' }),
  chip: css({
    position: 'absolute',
    display: 'flex',
    alignItems: 'flex-start',
    padding: 0,
    border: 0,
    background: 'transparent',
    color: 'inherit',
    font: 'inherit',
    zIndex: 2,
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.main}`, outlineOffset: 1 },
  }),
  text: css({
    display: 'flex',
    alignItems: 'center',
    gap: 4,
    minWidth: 0,
    padding: theme.spacing(0, 0.75),
    border: '1px solid currentColor',
    borderRadius: theme.shape.radius.default,
    background: theme.colors.background.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
    lineHeight: '16px',
    fontVariantNumeric: 'tabular-nums',
    whiteSpace: 'nowrap',
    '& > span': { color: theme.colors.text.primary, overflow: 'hidden', textOverflow: 'ellipsis' },
  }),
});
