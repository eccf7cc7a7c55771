import { css, cx } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { type ReactNode } from 'react';
import { formatDuration, formatSplit } from '../format/numbers';
import { type Verdict } from '../frames/verdicts';
import { mismatchWords } from '../model/verdictWords';
import { Glyph } from './Glyph';
import { rawValue, testIds } from './testIds';
import { tokensOf } from './tokens';
import { VerdictGlyph } from './VerdictGlyph';

interface RolloutFactsProps {
  verdict: Verdict;
  /** The end of the range. */
  now: number;
  /** Leaves the request ratio out, unless it is why the verdict is withheld. */
  narrow: boolean;
}

/** How old the rollout is and at what share: `6 h 12 m at 50%`; empty where neither is known. */
export function rolloutWords({ rolloutStart, since, share, shareExpected }: Verdict, now: number): string {
  const start = rolloutStart ?? since;
  const part = shareExpected ?? share;
  return [
    start === null || start > now ? '' : formatDuration(now - start),
    part === null ? '' : `at ${Number((part * 100).toFixed(1))}%`,
  ]
    .filter((words) => words !== '')
    .join(' ');
}

/** The rollout's age and share, and whether the requests are split as they were allocated. */
export function RolloutFacts({ verdict, now, narrow }: RolloutFactsProps) {
  const styles = useStyles2(getStyles);
  const tokens = tokensOf(useTheme2());
  const { share, shareExpected, shareState } = verdict;
  const rollout = rolloutWords(verdict, now);
  const block = (caption: string, content: ReactNode) => (
    <div className={styles.block}>
      <span className={styles.caption}>{caption}</span>
      {content}
    </div>
  );
  const seen = share === null ? '' : formatSplit([1 - share, share]);
  const ratio = {
    fair: 'as allocated',
    mismatch: 'mismatch',
    unknown: 'not checked',
  }[shareState];
  return (
    <>
      {rollout !== '' &&
        block(
          'rollout',
          <span className={styles.value} data-testid={testIds.rollout}>
            {rollout}
          </span>
        )}
      {(!narrow || shareState === 'mismatch') &&
        block(
          'request ratio',
          <span
            className={cx(styles.value, shareState === 'unknown' && styles.quiet)}
            data-testid={testIds.requestRatio}
            data-state={shareState}
            data-share={rawValue(share)}
            data-expected={rawValue(shareExpected)}
            title={
              shareState === 'unknown'
                ? 'Nothing says how the requests were meant to be split.'
                : (mismatchWords(verdict) ?? `${seen} as allocated`)
            }
          >
            {shareState === 'mismatch' && (
              <VerdictGlyph sign="mismatch" color={tokens.warning} knockout="#fff" size={14} />
            )}
            {shareState === 'fair' && (
              <span style={{ display: 'flex', color: tokens.within }}>
                <Glyph name="check" size={14} />
              </span>
            )}
            {ratio}
          </span>
        )}
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  block: css({
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(0.25),
    paddingLeft: theme.spacing(2),
    borderLeft: `1px solid ${theme.colors.border.weak}`,
    whiteSpace: 'nowrap',
  }),
  caption: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
  value: css({
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(0.75),
    minHeight: 22,
    fontVariantNumeric: 'tabular-nums',
    fontWeight: theme.typography.fontWeightMedium,
  }),
  quiet: css({ color: theme.colors.text.secondary, fontWeight: theme.typography.fontWeightRegular }),
});
