import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { boundRange } from '../../model/axes';
import { type Change } from '../../model/changes';
import { type DistributionView } from '../../model/distribution';
import { heatmapShares } from '../../model/heatmapShares';
import { HEATMAPS } from '../../model/heights';
import { useLooks, VariantSample } from '../base';
import { type ChartSize } from './chart';
import { heatColor } from './heatColor';
import { HeatmapChart } from './HeatmapChart';

interface HeatmapStackProps extends ChartSize {
  view: DistributionView;
  changes: readonly Change[];
}

const SAMPLE = [0, 0.02, 0.08, 0.2, 0.32, 0.45];

/** The heatmaps of all variants, as many as there is room for, on the same axes. */
export function HeatmapStack({ view, changes, width, height }: HeatmapStackProps) {
  const styles = useStyles2(getStyles);
  const { isDark } = useTheme2();
  const looks = useLooks();
  const room = Math.max(1, Math.floor((height - HEATMAPS.axis) / (HEATMAPS.least + HEATMAPS.name)));
  const shown = view.heatmaps.slice(0, room);
  const range = boundRange([
    ...view.cumulative.map(({ points }) => points),
    ...view.heatmaps.map((heatmap) => heatmapShares(heatmap)),
  ]);
  if (!range) {
    return null;
  }
  const own = Math.floor((height - HEATMAPS.axis) / shown.length) - HEATMAPS.name;
  return (
    <>
      {shown.map((heatmap, index) => {
        const look = looks.get(heatmap.variant);
        const last = index === shown.length - 1;
        const rest = view.heatmaps.length - shown.length;
        return (
          <div key={heatmap.variant}>
            <div className={styles.name}>
              {look && <VariantSample look={look} />} {heatmap.role} {heatmap.variant}
              {last && rest > 0 && `, and ${rest} more`}
              {index === 0 && (
                <span className={styles.scale} aria-hidden>
                  few
                  {SAMPLE.map((share) => (
                    <i key={share} style={{ background: heatColor(share, isDark) }} />
                  ))}
                  many
                </span>
              )}
            </div>
            <HeatmapChart
              heatmap={heatmap}
              range={range}
              unit={view.unit}
              line={view.lines.find(({ variant }) => variant === heatmap.variant) ?? null}
              look={look}
              changes={changes}
              timeAxis={last}
              width={width}
              height={own + (last ? HEATMAPS.axis : 0)}
            />
          </div>
        );
      })}
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  name: css({
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(0.75),
    height: HEATMAPS.name,
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
  scale: css({
    display: 'inline-flex',
    alignItems: 'center',
    gap: 1,
    marginLeft: 'auto',
    '& i': { width: 14, height: 9 },
    '& i:first-of-type': { marginLeft: 5 },
    '& i:last-of-type': { marginRight: 5 },
  }),
});
