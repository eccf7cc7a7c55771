import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { type KeyboardEvent, type PointerEvent } from 'react';
import { formatDifference } from '../../format/numbers';
import { type Shift } from '../../frames/distributions';
import { pixelScale } from '../../model/scale';
import { quantileLabel, shiftScale, shiftWords } from '../../model/shift';
import { ticksOf } from '../../model/ticks';
import { tokensOf, useLooks } from '../base';
import { type ChartSize, inset, svgText } from './chart';

interface ShiftChartProps extends ChartSize {
  /** Rows of each feature, ascending quantiles; all features have the same ones. */
  shifts: ReadonlyMap<string, readonly Shift[]>;
  unit: string;
  /** Which of the quantiles is read off. */
  selected: number;
  onSelect: (index: number) => void;
}

const INSET = { left: 62, right: 8, top: 8, bottom: 22 };
const TICKS = 34;
const LABEL_ROOM = 30;
/** Height of a half of the plot in which its words do not lie on the line at zero. */
const WORD_ROOM = 26;

/** The difference at each quantile, with what the buckets leave open as boxes. Keys and pointer choose a quantile. */
export function ShiftChart({ shifts, unit, selected, onSelect, width, height }: ShiftChartProps) {
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const looks = useLooks();
  const tokens = tokensOf(theme);
  const rows = [...shifts.values()];
  const [first = []] = rows;
  const plot = inset(width, height, INSET);
  const scale = shiftScale(rows.flat());
  const step = plot.width / Math.max(1, first.length);
  const x = (index: number) => plot.left + (index + 0.5) * step;
  const y = pixelScale(scale, plot.bottom, plot.top).clamp(true);
  const text = svgText(theme);
  const ticks = ticksOf(scale, plot.height, TICKS);
  const every = Math.max(1, Math.ceil(LABEL_ROOM / step));
  const last = first.length - 1;

  const onKeyDown = (event: KeyboardEvent) => {
    const next: Record<string, number> = {
      ArrowLeft: selected - 1,
      ArrowDown: selected - 1,
      ArrowRight: selected + 1,
      ArrowUp: selected + 1,
      Home: 0,
      End: last,
    };
    const wanted = next[event.key];
    if (wanted !== undefined) {
      event.preventDefault();
      event.stopPropagation();
      onSelect(Math.min(last, Math.max(0, wanted)));
    }
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    const { left } = event.currentTarget.getBoundingClientRect();
    const index = Math.floor((event.clientX - left - plot.left) / step);
    if (index >= 0 && index <= last) {
      onSelect(index);
    }
  };
  const chosen = first[selected];
  return (
    <div
      className={styles.chart}
      style={{ width, height }}
      role="slider"
      tabIndex={0}
      aria-label="Quantile"
      aria-valuemin={0}
      aria-valuemax={last}
      aria-valuenow={selected}
      aria-valuetext={chosen ? shiftWords(chosen) : 'no quantile'}
      onKeyDown={onKeyDown}
      onPointerMove={onPointerMove}
    >
      <svg width={width} height={height} aria-hidden focusable={false}>
        <rect
          x={plot.left}
          y={plot.top}
          width={plot.width}
          height={Math.max(0, y(0) - plot.top)}
          fill={tokens.worse}
          opacity={0.08}
        />
        {ticks.values.map((tick) => (
          <g key={tick}>
            <line
              x1={plot.left}
              x2={plot.right}
              y1={y(tick)}
              y2={y(tick)}
              stroke={tick === 0 ? tokens.muted : tokens.grid}
            />
            <text {...text} x={plot.left - 6} y={y(tick) + 4} textAnchor="end">
              {tick === 0 ? '0' : formatDifference(tick, { unit }, [ticks.increment, ...ticks.values.map(Math.abs)])}
            </text>
          </g>
        ))}
        {first.map(({ quantile }, index) =>
          index % every === last % every ? (
            <text
              key={quantile}
              {...text}
              x={x(index)}
              y={height - 4}
              textAnchor="middle"
              fill={index === selected ? theme.colors.text.primary : text.fill}
            >
              {quantileLabel(quantile)}
            </text>
          ) : null
        )}
        {y(0) - plot.top >= WORD_ROOM && (
          <text {...text} x={plot.left + 6} y={plot.top + 14}>
            ↑ feature more
          </text>
        )}
        {plot.bottom - y(0) >= WORD_ROOM && (
          <text {...text} x={plot.left + 6} y={plot.bottom - 6}>
            ↓ feature less
          </text>
        )}
        <line
          x1={x(selected)}
          x2={x(selected)}
          y1={plot.top}
          y2={plot.bottom}
          stroke={tokens.muted}
          strokeDasharray="3 3"
        />
        {[...shifts].map(([variant, own]) => (
          <Line
            key={variant}
            {...{ own, color: looks.get(variant)?.color ?? tokens.muted, x, y, step, worse: tokens.worse }}
          />
        ))}
      </svg>
    </div>
  );
}

interface LineProps {
  own: readonly Shift[];
  color: string;
  x: (index: number) => number;
  y: (value: number) => number;
  step: number;
  worse: string;
}

function Line({ own, color, x, y, step, worse }: LineProps) {
  const known = own.flatMap(({ difference }, index) =>
    difference !== null && Number.isFinite(difference) ? [`${x(index)},${y(difference)}`] : []
  );
  return (
    <g fill={color} stroke={color}>
      {own.map(({ quantile, lower, upper, difference }, index) =>
        lower === null && upper === null ? null : (
          <rect
            key={`box/${quantile}`}
            x={x(index) - step * 0.42}
            width={step * 0.84}
            y={y(upper ?? Infinity)}
            height={Math.max(1, y(lower ?? -Infinity) - y(upper ?? Infinity))}
            fillOpacity={difference === null ? 0.1 : 0.22}
            strokeOpacity={0.4}
            strokeWidth={0.75}
          />
        )
      )}
      <polyline points={known.join(' ')} fill="none" strokeWidth={2} />
      {own.map(({ quantile, difference, lower }, index) =>
        difference === null || !Number.isFinite(difference) ? null : lower !== null && lower > 0 ? (
          <path key={quantile} d={`M${x(index)} ${y(difference) - 6}l6 6l-6 6l-6-6Z`} fill={worse} stroke="none" />
        ) : (
          <circle key={quantile} cx={x(index)} cy={y(difference)} r={3.25} stroke="none" />
        )
      )}
    </g>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  chart: css({
    position: 'relative',
    cursor: 'crosshair',
    touchAction: 'pan-y',
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.main}`, outlineOffset: 1, borderRadius: 2 },
  }),
});
