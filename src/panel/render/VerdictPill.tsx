import { css, cx } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { type Verdict } from '../../shared/verdicts';
import { liveWords, pillWords } from '../model/verdictWords';
import { testIds } from './testIds';
import { stateColor, tokensOf } from './tokens';
import { VerdictGlyph, type VerdictSign } from './VerdictGlyph';

interface VerdictPillProps {
  verdict: Verdict;
  /** All verdicts of the panel, among which this one is the most damaging. */
  all: readonly Verdict[];
  /** Leaves the margin out where there is little room. */
  short: boolean;
  dimmed: boolean;
  /** What else went wrong, for who points at the pill. */
  hint: string;
}

function signOf({ state, shareState, observational }: Verdict): VerdictSign {
  if (state === 'withheld') {
    return shareState === 'mismatch' ? 'mismatch' : 'withheld';
  }
  return observational && state !== 'regressed' ? 'observational' : state;
}

/** The verdict of the most damaging signal: shape, word and numbers. It is there at every size. */
export function VerdictPill({ verdict, all, short, dimmed, hint }: VerdictPillProps) {
  const styles = useStyles2(getStyles);
  const tokens = tokensOf(useTheme2());
  const { state, observational } = verdict;
  const sign = signOf(verdict);
  const color = sign === 'observational' ? tokens.change : stateColor(state, tokens);
  const { word, detail } = pillWords(verdict, all, short);
  const tags = [observational ? 'observational, not randomised' : '', liveWords(verdict)].filter((tag) => tag !== '');
  const words = detail === '' ? word : `${word}: ${detail}`;
  const quiet = state === 'insufficient data' || state === 'no data';
  return (
    <div
      className={cx(styles.pill, dimmed && styles.dimmed)}
      style={quiet ? undefined : { borderColor: color, background: `${color}24` }}
      data-testid={testIds.pill}
      data-state={state}
      data-signal={verdict.signal}
      data-variant={verdict.variant}
      title={[words, ...tags, verdict.reason, hint].filter((line) => line !== '').join('\n')}
    >
      <VerdictGlyph sign={sign} color={color} knockout="#fff" size={18} />
      <span className={styles.words}>
        <strong>{detail === '' ? word : `${word}: `}</strong>
        {detail}
        {tags.length > 0 && !short && <small className={styles.tags}> {tags.join(', ')}</small>}
      </span>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  pill: css({
    display: 'inline-flex',
    alignItems: 'center',
    gap: theme.spacing(1),
    minWidth: 0,
    maxWidth: '100%',
    minHeight: 28,
    padding: theme.spacing(0, 1.25),
    border: `1px solid ${theme.colors.border.strong}`,
    borderRadius: theme.shape.radius.default,
    background: theme.colors.background.secondary,
    color: theme.colors.text.primary,
    fontSize: theme.typography.body.fontSize,
    fontWeight: theme.typography.fontWeightMedium,
    fontVariantNumeric: 'tabular-nums',
    '& strong': { fontWeight: theme.typography.fontWeightBold },
  }),
  words: css({ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }),
  tags: css({ color: theme.colors.text.secondary, fontWeight: theme.typography.fontWeightRegular }),
  dimmed: css({ opacity: 0.6 }),
});
