import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { type Verdict } from '../../frames/verdicts';
import { spokenOnly, stateColor, testIds, tokensOf, VerdictGlyph } from '../base';

interface VerdictCellProps {
  verdict: Verdict;
  /** The sign alone, its word for screen readers and in the title. */
  compact: boolean;
}

/** A row's verdict: sign, word, and what goes with it: the live state, a forecast, or that it is observational. */
export function VerdictCell({ verdict, compact }: VerdictCellProps) {
  const styles = useStyles2(getStyles);
  const tokens = tokensOf(useTheme2());
  const { state, live } = verdict;
  const { word, note } = verdict.words;
  return (
    <span
      className={styles.cell}
      data-testid={testIds.verdictCell}
      data-signal={verdict.signal}
      data-variant={verdict.variant}
      data-state={state}
      data-live={live}
      title={[word, note, verdict.reason].filter((part) => part !== '').join('\n')}
    >
      <VerdictGlyph sign={state} color={stateColor(state, tokens)} knockout="#fff" />
      <span className={compact ? styles.spoken : styles.words}>
        {word}
        {note !== '' && <small>{note}</small>}
      </span>
    </span>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  cell: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(0.75), minWidth: 0 }),
  words: css({
    minWidth: 0,
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    color: theme.colors.text.primary,
    '& small': { overflow: 'hidden', textOverflow: 'ellipsis' },
  }),
  spoken: css(spokenOnly),
});
