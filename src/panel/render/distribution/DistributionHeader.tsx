import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { formatCount } from '../../format/numbers';
import { type DistributionView, totalOf } from '../../model/distribution';
import { DISTRIBUTION } from '../../model/heights';
import { rolloutWords } from '../../model/rollout';
import { type PanelStatus } from '../../model/status';
import { Glyph, testIds, useAxis, useLooks, VariantSample } from '../base';
import { SentencePill } from '../header';

interface DistributionHeaderProps {
  view: DistributionView;
  status: PanelStatus;
  width: number;
  height: number;
}

/** Narrower than this the pill leaves the margin out, and the counts go. */
const NARROW = 620;
/** The same where the flag's own verdict stands beside that of the signal: two pills keep their words. */
const NARROW_FOR_TWO = 1200;
/** Narrower than this there is room for the words of one pill: that of the worst. */
const TIGHT = 500;

/** What is distributed, how much of it, and the verdict of its signal. */
export function DistributionHeader({ view, status, width, height }: DistributionHeaderProps) {
  const styles = useStyles2(getStyles);
  const axis = useAxis();
  const looks = useLooks();
  // What wraps where there is no room for a second line would be cut off.
  const oneLine = height < DISTRIBUTION.twoLines;
  const verdicts = view.verdicts.filter(({ signal }) => signal === view.signal);
  const [worst] = verdicts;
  // What is wrong with the flag elsewhere must not be hidden by a harmless distribution.
  const [first] = view.verdicts;
  const overall = first && first.signal !== view.signal ? first : null;
  const narrow = width < (overall ? NARROW_FOR_TWO : NARROW);
  const count = (variant: string) => {
    const own = view.cumulative.find((item) => item.variant === variant);
    return own && !narrow ? `, ${formatCount(totalOf(own))}` : '';
  };
  const names = [...(view.baseline === null ? [] : [view.baseline]), ...view.features];
  return (
    <div
      className={styles.header}
      style={{ height, flexWrap: oneLine ? 'nowrap' : 'wrap' }}
      data-testid={testIds.header}
    >
      <span className={styles.names} style={oneLine ? { flexShrink: 0, maxWidth: '60%' } : undefined}>
        <Glyph name="flag" />
        <b>{view.flag}</b>
        {names.map((variant) => {
          const look = looks.get(variant);
          const role = variant === view.baseline ? 'baseline' : 'feature';
          return (
            <span key={variant} className={styles.variant}>
              {look && <VariantSample look={look} />} {narrow ? variant : `${role} ${variant}${count(variant)}`}
            </span>
          );
        })}
      </span>
      {(worst ?? overall ?? status.kind !== 'ready') && (
        <span className={styles.verdict}>
          {!(overall && width < TIGHT) && (
            <span className={styles.pill}>
              <SentencePill status={status} headline={null} verdicts={verdicts} readout={null} />
            </span>
          )}
          {overall && (
            <span className={styles.pill} data-testid={testIds.overall}>
              <span className={styles.caption}>{view.flag}</span>
              <SentencePill status={status} headline={null} verdicts={[overall]} readout={null} />
            </span>
          )}
          {worst && !narrow && <span className={styles.rollout}>{rolloutWords(worst, axis.to)}</span>}
        </span>
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  header: css({
    display: 'flex',
    alignItems: 'center',
    alignContent: 'flex-start',
    columnGap: theme.spacing(2),
    rowGap: theme.spacing(0.5),
    overflow: 'hidden',
  }),
  names: css({
    display: 'inline-flex',
    alignItems: 'center',
    gap: theme.spacing(1),
    minHeight: 28,
    minWidth: 0,
    whiteSpace: 'nowrap',
    overflow: 'hidden',
    '& b': { fontWeight: theme.typography.fontWeightBold },
  }),
  variant: css({
    display: 'inline-flex',
    alignItems: 'center',
    gap: theme.spacing(0.75),
    color: theme.colors.text.secondary,
    fontVariantNumeric: 'tabular-nums',
  }),
  // One item of the header, so that however long the pill's words are, the rollout stays beside it.
  verdict: css({
    display: 'flex',
    alignItems: 'center',
    flexGrow: 1,
    gap: theme.spacing(2),
    minWidth: 0,
    maxWidth: '100%',
  }),
  pill: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(1), minWidth: 0, flex: '1 1 0' }),
  caption: css({ flexShrink: 0, color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
  rollout: css({ flexShrink: 0, color: theme.colors.text.secondary, marginLeft: 'auto', whiteSpace: 'nowrap' }),
});
