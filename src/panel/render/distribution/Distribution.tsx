import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { RadioButtonGroup, useStyles2, useTheme2 } from '@grafana/ui';
import { type ReactNode, useMemo, useState } from 'react';
import { type Change } from '../../model/changes';
import { type DistributionView } from '../../model/distribution';
import { type DistributionPart, distributionLayout } from '../../model/distributionLayout';
import { DISTRIBUTION as HEIGHTS } from '../../model/heights';
import { quantileLabel } from '../../model/shift';
import { type PanelStatus } from '../../model/status';
import { type TimeAxis } from '../../model/timeAxis';
import { cutOff, Drawing, looksOf, RetryButton, testIds, tokensOf } from '../base';
import { CumulativeChart } from './CumulativeChart';
import { DistributionHeader } from './DistributionHeader';
import { HeatmapStack } from './HeatmapStack';
import { QuantileTable } from './QuantileTable';
import { ShiftCallout } from './ShiftCallout';
import { ShiftChart } from './ShiftChart';

interface DistributionProps {
  view: DistributionView;
  changes: readonly Change[];
  status: PanelStatus;
  width: number;
  height: number;
  axis: TimeAxis;
  onRetry: () => void;
}

const TITLES: Record<DistributionPart, string> = {
  cumulative: 'Cumulative share of requests',
  shift: 'Shift: difference at each quantile',
  time: 'Over time',
};
const NOTES: Record<DistributionPart, string> = {
  cumulative: 'known at the marks, anywhere in the box between; tail stretched',
  shift: 'box: what the buckets leave open; ♦ more wherever in it',
  time: 'share of the requests of each moment',
};
const SHORT: Record<DistributionPart, string> = { cumulative: 'Cumulative', shift: 'Shift', time: 'Over time' };
/** The parts' shares of the width where they stand side by side. */
const WEIGHT: Record<DistributionPart, number> = { cumulative: 1.15, shift: 1, time: 1.15 };
/** Between parts that stand side by side. */
const GAP = 16;
/** The quantile that is read off at first. */
const FIRST_QUANTILE = 0.95;

/** A distribution of baseline and features: cumulative shares, the shift of the quantiles, and both over time. */
export function Distribution({ view, changes, status, width, height, axis, onRetry }: DistributionProps) {
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const looks = useMemo(() => looksOf(view.baseline, view.features, tokensOf(theme)), [view, theme]);
  const [part, setPart] = useState<DistributionPart>('cumulative');
  const [choice, setChoice] = useState<number | null>(null);

  // The feature that is read off: the one with the most damaging verdict, else the first.
  const damaged = view.verdicts.find(({ signal, variant }) => signal === view.signal && view.shifts.has(variant));
  const feature = damaged?.variant ?? view.features[0] ?? '';
  const rows = view.shifts.get(feature) ?? [];
  const usual = rows.findIndex(({ quantile }) => Math.abs(quantile - FIRST_QUANTILE) < 1e-9);
  const selected = Math.min(rows.length - 1, Math.max(0, choice ?? (usual >= 0 ? usual : rows.length - 1)));
  const shift = rows[selected] ?? null;
  const edge = view.verdicts.find(({ signal }) => signal === view.signal)?.edge ?? null;

  const available = (['cumulative', 'shift', 'time'] as const).filter(
    (candidate) =>
      ({
        cumulative: view.cumulative.length > 0,
        shift: rows.length > 0,
        time: view.heatmaps.length > 0,
      })[candidate]
  );
  const layout = distributionLayout(width, height, part, available);
  const failed = status.failures.length > 0;
  const footer = failed && layout.rows.length > 0 ? HEIGHTS.footer : 0;
  const rowHeight = (height - layout.header - footer) / Math.max(1, layout.rows.length);

  const chart = (name: DistributionPart, size: { width: number; height: number }): ReactNode => {
    switch (name) {
      case 'cumulative':
        return (
          <div style={{ position: 'relative' }}>
            <CumulativeChart {...size} cumulative={view.cumulative} unit={view.unit} selected={shift} edge={edge} />
            {shift && <ShiftCallout shift={shift} named={view.features.length > 1} />}
          </div>
        );
      case 'shift':
        return <ShiftChart {...size} shifts={view.shifts} unit={view.unit} selected={selected} onSelect={setChoice} />;
      case 'time':
        return <HeatmapStack {...size} view={view} changes={changes} />;
    }
  };

  return (
    <Drawing axis={axis} looks={looks}>
      <DistributionHeader
        view={view}
        status={status}
        height={layout.single ? layout.header - HEIGHTS.buttons : layout.header}
        width={width}
      />
      {layout.single && available.length > 1 && (
        <div className={styles.buttons}>
          <RadioButtonGroup
            size="sm"
            options={available.map((value) => ({ value, label: SHORT[value] }))}
            value={layout.rows[0]?.[0] ?? part}
            onChange={setPart}
            aria-label="Part of the distribution"
          />
        </div>
      )}
      {layout.rows.map((parts) => {
        const weights = parts.reduce((sum, name) => sum + WEIGHT[name], 0);
        const free = width - GAP * (parts.length - 1);
        return (
          <div key={parts.join('/')} className={styles.row} style={{ height: rowHeight }}>
            {parts.map((name) => {
              const own = Math.floor((free * WEIGHT[name]) / weights);
              return (
                <section
                  key={name}
                  style={{ width: own }}
                  aria-label={TITLES[name]}
                  data-testid={testIds.distribution(name)}
                >
                  <div className={styles.title} title={NOTES[name]}>
                    {TITLES[name]}
                    <small>{NOTES[name]}</small>
                  </div>
                  {chart(name, { width: own, height: Math.max(HEIGHTS.leastChart, rowHeight - HEIGHTS.title) })}
                </section>
              );
            })}
          </div>
        );
      })}
      {footer > 0 && (
        <div className={styles.footer} role="status" style={{ height: footer }} data-testid={testIds.notices}>
          <span>{status.failures.map(({ message }) => message).join(' · ')}</span>
          <RetryButton onRetry={onRetry} />
        </div>
      )}
      {rows.length > 0 && (
        <QuantileTable caption={`${view.signal} of ${feature} at each quantile`} rows={rows} label={quantileLabel} />
      )}
    </Drawing>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  row: css({ display: 'flex', gap: GAP }),
  buttons: css({ height: HEIGHTS.buttons }),
  title: css({
    height: HEIGHTS.title,
    overflow: 'hidden',
    whiteSpace: 'nowrap',
    textOverflow: 'ellipsis',
    fontWeight: theme.typography.fontWeightMedium,
    lineHeight: '18px',
    '& small': {
      display: 'block',
      overflow: 'hidden',
      textOverflow: 'ellipsis',
      color: theme.colors.text.secondary,
      fontSize: theme.typography.bodySmall.fontSize,
      fontWeight: theme.typography.fontWeightRegular,
      lineHeight: '16px',
    },
  }),
  footer: css({
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(1),
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
    '& > span': { ...cutOff },
  }),
});
