import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { type Verdict } from '../../shared/verdicts';
import { forecastWords, liveWords } from '../model/verdictWords';
import { testIds } from './testIds';

interface RemarkLineProps {
  verdict: Verdict;
  width: number;
  height: number;
  /** The end of the range. */
  now: number;
}

/** What a small panel says below its tracks; empty where the pill has said it all. */
export function remarkOf(verdict: Verdict, now: number): string {
  const forecast = forecastWords(verdict, now);
  return [
    verdict.state === 'withheld' ? verdict.reason : '',
    liveWords(verdict),
    forecast === '' ? '' : `enough ${forecast}`,
    verdict.observational ? 'observational, not randomised' : '',
  ]
    .filter((part) => part !== '')
    .join('; ');
}

/** One line below the tracks of a small panel. */
export function RemarkLine({ verdict, width, height, now }: RemarkLineProps) {
  const styles = useStyles2(getStyles);
  const text = remarkOf(verdict, now);
  return (
    <div className={styles.line} style={{ width, height }} title={text} data-testid={testIds.note}>
      {text}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  line: css({
    boxSizing: 'border-box',
    paddingTop: 4,
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
});
