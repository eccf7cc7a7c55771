import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { testIds, tokensOf, useAxis, useLayout } from '../base';
import { useStage } from '../tracks';

interface RolloutTintProps {
  /** When the rollout that the verdict uses began, milliseconds. */
  start: number;
}

/** Pixels of a character of the word, and beside it. */
const CHARACTER = 6.5;
const BESIDE = 8;

/** The stretch of the time axis that the verdict uses. It lies under the lines. */
export function RolloutTint({ start }: RolloutTintProps) {
  const styles = useStyles2(getStyles);
  const { change } = tokensOf(useTheme2());
  const axis = useAxis();
  const stage = useStage();
  // The word has its place beside the titles of the tracks.
  const named = useLayout().tracks.titles;
  if (start >= axis.to) {
    return null;
  }
  const left = stage.x(axis.limit(start));
  const earlier = start < axis.from;
  const word = earlier ? `← rollout since ${axis.formatDated(start, 'minute')}` : 'rollout';
  const right = stage.left + stage.plotWidth;
  return (
    <div
      className={styles.tint}
      style={{
        left,
        width: right - left,
        top: stage.top,
        height: stage.bottom - stage.top,
        background: `${change}12`,
        color: change,
      }}
      data-testid={testIds.tint}
      aria-hidden
    >
      <span className={styles.bar} />
      {named && right - left > word.length * CHARACTER + BESIDE && (
        <span className={styles.word} style={earlier ? { left: 4 } : { right: 4 }}>
          {word}
        </span>
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  tint: css({ position: 'absolute', pointerEvents: 'none' }),
  bar: css({ position: 'absolute', left: 0, right: 0, top: 6, borderTop: '1.5px solid currentColor' }),
  word: css({
    position: 'absolute',
    top: 8,
    fontSize: theme.typography.bodySmall.fontSize,
    lineHeight: '14px',
  }),
});
