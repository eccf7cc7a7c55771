import { useTheme2 } from '@grafana/ui';
import { useLayoutEffect, useRef } from 'react';
import { type Heatmap } from '../../frames/distributions';
import { formatTick } from '../../format/numbers';
import { type ComparisonSeries } from '../../frames/series';
import { type BoundRange, boundScale, logTicks } from '../../model/axes';
import { type Change } from '../../model/changes';
import { heatCells, type HeatCell } from '../../model/heatCells';
import { tokensOf, useAxis, type VariantLook } from '../base';
import { type ChartSize, inset, svgText } from './chart';
import { heatColor } from './heatColor';

interface HeatmapChartProps extends ChartSize {
  heatmap: Heatmap;
  range: BoundRange;
  unit: string;
  /** A quantile over time, where the panel has it. */
  line: ComparisonSeries | null;
  look: VariantLook | undefined;
  changes: readonly Change[];
  /** Whether the time axis stands below this chart. */
  timeAxis: boolean;
}

const LEFT = 56;
const TICK_ROOM = 26;
const TIME_ROOM = 72;

/** One variant's distribution over time: the share of the requests of each moment in each bucket. */
export function HeatmapChart(props: HeatmapChartProps) {
  const { heatmap, range, unit, line, look, changes, timeAxis, width, height } = props;
  const theme = useTheme2();
  const axis = useAxis();
  const tokens = tokensOf(theme);
  const canvas = useRef<HTMLCanvasElement>(null);
  const plot = inset(width, height, { left: LEFT, right: 8, top: 2, bottom: timeAxis ? 22 : 4 });
  const x = axis.pixels(plot.left, plot.right);
  const y = boundScale(range, [plot.bottom, plot.top]);
  const { left, top } = plot;
  const plotWidth = plot.width;
  const plotHeight = plot.height;

  useLayoutEffect(() => {
    const target = canvas.current;
    const ink = target?.getContext('2d');
    if (!target || !ink) {
      return;
    }
    const ratio = window.devicePixelRatio;
    target.width = Math.round(plotWidth * ratio);
    target.height = Math.round(plotHeight * ratio);
    ink.setTransform(ratio, 0, 0, ratio, 0, 0);
    const high = boundScale(range, [plotHeight, 0]);
    const across = axis.pixels(0, plotWidth);
    const paint = ({ start, end, lower, upper, share }: HeatCell) => {
      const [a, b] = [across(start), across(end)];
      const [bottom, cellTop] = [high(lower), high(upper)];
      ink.fillStyle = heatColor(share, theme.isDark);
      // Half a pixel more closes the seams between neighbours.
      ink.fillRect(a, cellTop, b - a + 0.5, bottom - cellTop + 0.5);
    };
    heatCells(heatmap, axis).forEach(paint);
  }, [heatmap, range, axis, plotWidth, plotHeight, theme.isDark]);

  const text = svgText(theme);
  const points = (line?.times ?? []).flatMap((time, index) => {
    const value = line?.values[index];
    return axis.shows(time) && typeof value === 'number' && Number.isFinite(value) ? [`${x(time)},${y(value)}`] : [];
  });
  const started = heatmap.times.find((_, index) => heatmap.rows.some(({ values }) => (values[index] ?? 0) > 0));
  const empty = started === undefined ? plot.right : Math.min(plot.right, x(started));
  return (
    <div style={{ position: 'relative', width, height }}>
      <canvas
        ref={canvas}
        style={{ position: 'absolute', left, top, width: plotWidth, height: plotHeight }}
        aria-hidden
      />
      <svg
        width={width}
        height={height}
        style={{ position: 'absolute', inset: 0 }}
        role="img"
        aria-label={`Share of the requests of ${heatmap.variant} in each bucket over time`}
      >
        {logTicks(range, Math.max(2, Math.floor(plot.height / TICK_ROOM))).map((tick) => (
          <text key={tick} {...text} x={plot.left - 6} y={y(tick) + 4} textAnchor="end">
            {formatTick(tick, tick, unit)}
          </text>
        ))}
        {empty - plot.left > 2 && (
          <rect
            x={plot.left}
            y={plot.top}
            width={empty - plot.left}
            height={plot.height}
            fill={tokens.muted}
            opacity={0.12}
          />
        )}
        {empty - plot.left > 40 && plot.height > 100 && (
          <text
            {...text}
            textAnchor="middle"
            transform={`translate(${(plot.left + empty) / 2 + 4} ${plot.top + plot.height / 2}) rotate(-90)`}
          >
            no requests yet
          </text>
        )}
        {changes
          .filter(({ time }) => axis.shows(time))
          .map(({ time, kind, title }) => (
            <line
              key={`${time}/${title}`}
              x1={x(time)}
              x2={x(time)}
              y1={plot.top}
              y2={plot.bottom}
              stroke={tokens.change}
              strokeWidth={1.5}
              strokeDasharray={kind === 'allocation' ? '4 3' : undefined}
            />
          ))}
        {points.length > 1 && (
          <>
            <polyline points={points.join(' ')} fill="none" stroke={theme.colors.background.primary} strokeWidth={4} />
            <polyline points={points.join(' ')} fill="none" stroke={look?.color ?? tokens.muted} strokeWidth={2} />
          </>
        )}
        {timeAxis &&
          axis.ticks(Math.max(2, Math.floor(plot.width / TIME_ROOM))).map(({ time, text: words }) => (
            <text key={time} {...text} x={x(time)} y={height - 4} textAnchor="middle">
              {words}
            </text>
          ))}
      </svg>
    </div>
  );
}
