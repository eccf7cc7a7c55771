import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { type Geometry, timeToX } from './geometry';
import { testIds } from './testIds';
import { tokensOf } from './tokens';

interface RolloutTintProps {
  geometry: Geometry;
  /** When the rollout that the verdict uses began, milliseconds. */
  start: number;
  from: number;
  to: number;
  /** Names the tint, where there is room for the word. */
  named: boolean;
}

const WORD = 52;

/** The stretch of the time axis that the verdict uses. It lies under the lines. */
export function RolloutTint({ geometry, start, from, to, named }: RolloutTintProps) {
  const styles = useStyles2(getStyles);
  const { change } = tokensOf(useTheme2());
  if (start >= to) {
    return null;
  }
  const left = timeToX(Math.max(start, from), geometry, from, to);
  const right = geometry.left + geometry.plotWidth;
  const top = geometry.tops[0] ?? 0;
  return (
    <div
      className={styles.tint}
      style={{
        left,
        width: right - left,
        top,
        height: geometry.bottom - top,
        background: `${change}12`,
        color: change,
      }}
      data-testid={testIds.tint}
      aria-hidden
    >
      <span className={styles.bar} />
      {named && right - left > WORD && <span className={styles.word}>rollout</span>}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  tint: css({ position: 'absolute', pointerEvents: 'none' }),
  bar: css({ position: 'absolute', left: 0, right: 0, top: 6, borderTop: '1.5px solid currentColor' }),
  word: css({
    position: 'absolute',
    right: 4,
    top: 8,
    fontSize: theme.typography.bodySmall.fontSize,
    lineHeight: '14px',
  }),
});
