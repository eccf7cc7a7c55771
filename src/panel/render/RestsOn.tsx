import { css } from '@emotion/css';
import { dateTimeFormat, type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { type Verdict } from '../../shared/verdicts';
import { forecastWords, liveWords, restsOn } from '../model/verdictWords';
import { testIds } from './testIds';

interface RestsOnProps {
  verdict: Verdict;
  width: number;
  height: number;
  timeZone: string;
  /** The end of the range. */
  now: number;
}

const DAY = 24 * 60 * 60 * 1000;

/** The verdict in words, and what it rests on. */
export function RestsOn({ verdict, width, height, timeZone, now }: RestsOnProps) {
  const styles = useStyles2(getStyles);
  const clock = (time: number) =>
    dateTimeFormat(time, { format: now - time < DAY / 2 ? 'HH:mm' : 'D MMM HH:mm', timeZone });
  const forecast = forecastWords(verdict, now);
  const asides = [
    liveWords(verdict) === ''
      ? ''
      : `Regressed${verdict.firedAt === null ? '' : ` since ${clock(verdict.firedAt)}`} until this rollout ends; ${liveWords(verdict)}.`,
    forecast === '' ? '' : `At the present rate it can be decided ${forecast}.`,
    verdict.observational
      ? 'Observational: the variants were targeted, not drawn by lot, so that their users may differ as well.'
      : '',
  ].filter((sentence) => sentence !== '');
  return (
    <div className={styles.note} style={{ width, height }} data-testid={testIds.note}>
      <span className={styles.reason}>{verdict.reason}</span> {asides.join(' ')}{' '}
      <span>
        <b>Rests on</b> {restsOn(verdict, clock).join(' ')}
      </span>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  note: css({
    boxSizing: 'border-box',
    flexShrink: 0,
    overflow: 'auto',
    paddingTop: theme.spacing(1),
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
    lineHeight: '17px',
    fontVariantNumeric: 'tabular-nums',
    '& b': { fontWeight: theme.typography.fontWeightMedium, color: theme.colors.text.primary },
  }),
  reason: css({ color: theme.colors.text.primary }),
});
