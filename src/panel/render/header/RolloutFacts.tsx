import { css, cx } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { type ReactNode } from 'react';
import { type Verdict } from '../../frames/verdicts';
import { rolloutWords } from '../../model/rollout';
import { Glyph, rawValue, testIds, tokensOf, useAxis, VerdictGlyph } from '../base';

interface RolloutFactsProps {
  verdict: Verdict;
  /** Leaves the request ratio out, unless it is why the verdict is withheld. */
  narrow: boolean;
  /** The feature's part of all requests, where there are more than two variants. */
  ofWhole: number | null;
}

/** The rollout's age and share, and whether the requests are split as they were allocated. */
export function RolloutFacts({ verdict, narrow, ofWhole }: RolloutFactsProps) {
  const styles = useStyles2(getStyles);
  const tokens = tokensOf(useTheme2());
  const { share, shareExpected, shareState, words } = verdict;
  const rollout = rolloutWords(verdict, useAxis().to, ofWhole);
  const block = (caption: string, content: ReactNode) => (
    <div className={styles.block}>
      <span className={styles.caption}>{caption}</span>
      {content}
    </div>
  );
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
            title={words.share}
          >
            {shareState === 'mismatch' && (
              <VerdictGlyph sign="mismatch" color={tokens.warning} knockout="#fff" size={14} />
            )}
            {shareState === 'fair' && (
              <span style={{ display: 'flex', color: tokens.within }}>
                <Glyph name="check" size={14} />
              </span>
            )}
            {words.shareWord}
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
