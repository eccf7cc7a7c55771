import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { formatSplit } from '../../format/numbers';
import { type TrafficView } from '../../model/traffic';
import { rawValue, testIds, useLooks } from '../base';

interface TrafficSplitProps {
  traffic: TrafficView;
}

/** The latest split of the traffic: a bar and its numbers, baseline first. */
export function TrafficSplit({ traffic }: TrafficSplitProps) {
  const styles = useStyles2(getStyles);
  const looks = useLooks();
  const shares = traffic.variants.map((variant, index) => ({ variant, share: traffic.latest[index] ?? null }));
  const split = formatSplit(shares.map(({ share }) => share));
  return (
    <div
      className={styles.split}
      data-testid={testIds.split}
      title={shares.map(({ variant, share }) => `${variant} ${formatSplit([share])}%`).join(', ')}
    >
      <span className={styles.bar} aria-hidden>
        {shares.map(({ variant, share }) => (
          <span key={variant} style={{ flexGrow: share ?? 0, background: looks.get(variant)?.color }} />
        ))}
      </span>
      <span>
        {shares.map(({ variant, share }) => (
          <span key={variant} data-variant={variant} data-value={rawValue(share)} />
        ))}
        {split}
      </span>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  split: css({
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(1),
    fontVariantNumeric: 'tabular-nums',
    fontWeight: theme.typography.fontWeightMedium,
    whiteSpace: 'nowrap',
  }),
  bar: css({ display: 'flex', gap: 2, width: 64, height: 8, '& > span': { borderRadius: 1, minWidth: 1 } }),
});
