import { useTheme2 } from '@grafana/ui';
import { formatTick, formatValue } from '../../format/numbers';
import { type Cumulative, type Shift } from '../../frames/distributions';
import { boundRange, boundScale, logTicks, TAIL_TICKS, tailScale } from '../../model/axes';
import { tokensOf, useLooks } from '../base';
import { type ChartSize, inset, svgText } from './chart';

interface CumulativeChartProps extends ChartSize {
  cumulative: readonly Cumulative[];
  unit: string;
  /** The quantile that is read off, of the first feature. */
  selected: Shift | null;
  /** The bucket edge that the verdict is about. */
  edge: number | null;
}

const INSET = { left: 46, right: 10, top: 8, bottom: 22 };
const TICK_ROOM = 64;

/**
 * Both cumulative distributions: known at the bounds of the buckets, anywhere in the box between two of them. The axis
 * of shares is stretched towards the tail.
 */
export function CumulativeChart({ cumulative, unit, selected, edge, width, height }: CumulativeChartProps) {
  const theme = useTheme2();
  const looks = useLooks();
  const tokens = tokensOf(theme);
  const range = boundRange(cumulative.map(({ points }) => points));
  if (!range) {
    return null;
  }
  const plot = inset(width, height, INSET);
  const x = boundScale(range, [plot.left, plot.right]);
  const y = tailScale([plot.bottom, plot.top]);
  const text = svgText(theme);
  const ticks = logTicks(range, Math.max(2, Math.floor(plot.width / TICK_ROOM)));
  return (
    <svg width={width} height={height} role="img" aria-label="Cumulative share of requests by latency, each variant">
      {spaced(TAIL_TICKS, y).map((share) => (
        <g key={share}>
          <line x1={plot.left} x2={plot.right} y1={y(share)} y2={y(share)} stroke={tokens.grid} />
          <text {...text} x={plot.left - 6} y={y(share) + 4} textAnchor="end">
            {`${Number((share * 100).toFixed(1))}%`}
          </text>
        </g>
      ))}
      {ticks.map((tick) => (
        <g key={tick}>
          <line x1={x(tick)} x2={x(tick)} y1={plot.top} y2={plot.bottom} stroke={tokens.grid} />
          <text {...text} x={x(tick)} y={height - 4} textAnchor="middle">
            {formatTick(tick, tick, unit)}
          </text>
        </g>
      ))}
      {cumulative.map(({ variant, points }) => {
        const color = looks.get(variant)?.color;
        return (
          <g key={variant} fill={color} stroke={color} data-variant={variant}>
            {points.map(({ bound, share }, index) => {
              const before = points[index - 1] ?? { bound: 0, share: 0 };
              const [left, right] = [x(before.bound), x(bound)];
              return right > left ? (
                <rect
                  key={`box/${bound}`}
                  x={left}
                  width={right - left}
                  y={y(share)}
                  height={Math.max(1, y(before.share) - y(share))}
                  fillOpacity={0.28}
                  strokeOpacity={0.45}
                  strokeWidth={0.75}
                />
              ) : null;
            })}
          </g>
        );
      })}
      {cumulative.map(({ variant, role, points }) => (
        <g key={variant} fill={looks.get(variant)?.color}>
          {points
            .filter(({ bound }) => bound >= range.from && bound <= range.to)
            .map(({ bound, share }) =>
              role === 'baseline' ? (
                <rect key={bound} x={x(bound) - 2.5} y={y(share) - 2.5} width={5} height={5} />
              ) : (
                <circle key={bound} cx={x(bound)} cy={y(share)} r={3} />
              )
            )}
        </g>
      ))}
      {edge !== null && edge >= range.from && edge <= range.to && (
        <g>
          <line
            x1={x(edge)}
            x2={x(edge)}
            y1={plot.top}
            y2={plot.bottom}
            stroke={tokens.muted}
            strokeDasharray="1.5 3"
          />
          <text {...text} x={x(edge) - 4} y={plot.top + 10} textAnchor="end">
            {`judged: over ${formatValue(edge, { unit })}`}
          </text>
        </g>
      )}
      {selected && <Guides {...{ selected, x, y, plot, muted: tokens.muted }} />}
    </svg>
  );
}

const LINE_HEIGHT = 13;

/** Ticks whose texts do not overlap, those of the tail first. */
function spaced(shares: readonly number[], y: (share: number) => number): number[] {
  const kept: number[] = [];
  for (const share of [...shares].reverse()) {
    const last = kept.at(-1);
    if (last === undefined || Math.abs(y(share) - y(last)) >= LINE_HEIGHT) {
      kept.push(share);
    }
  }
  return kept;
}

interface GuidesProps {
  selected: Shift;
  x: (bound: number) => number;
  y: (share: number) => number;
  plot: ReturnType<typeof inset>;
  muted: string;
}

/** The selected quantile across, and the values that it stands for down. */
function Guides({ selected, x, y, plot, muted }: GuidesProps) {
  const looks = useLooks();
  const { baseline, variant, baselineValue, variantValue, quantile } = selected;
  const values = [
    { name: baseline, value: baselineValue },
    { name: variant, value: variantValue },
  ].flatMap(({ name, value }) => (value !== null && Number.isFinite(value) ? [{ name, value }] : []));
  const end = Math.max(plot.left, ...values.map(({ value }) => x(value)));
  return (
    <g strokeDasharray="3 3" strokeWidth={1.25}>
      <line x1={plot.left} x2={end} y1={y(quantile)} y2={y(quantile)} stroke={muted} />
      {values.map(({ name, value }) => (
        <line
          key={name}
          x1={x(value)}
          x2={x(value)}
          y1={y(quantile)}
          y2={plot.bottom}
          stroke={looks.get(name)?.color ?? muted}
        />
      ))}
    </g>
  );
}
