import { useTheme2 } from '@grafana/ui';
import { useId } from 'react';
import { type Verdict } from '../../frames/verdicts';
import { type ForestAxis, forestX, placeInterval } from '../../model/forest';
import { intervalInMargins } from '../../model/verdict';
import { stateColor, tokensOf } from '../base';

interface ForestCellProps {
  verdict: Verdict | null;
  axis: ForestAxis;
  width: number;
  height: number;
}

const BAR = 7;
const CAP = 10;
const ARROW = 5;

/**
 * One row of the column of intervals: the interval in multiples of the row's own margin, on the axis of all rows. The
 * zero line, the margin line and the ground beyond it run through every row. A picture only: the numbers stand beside.
 */
export function ForestCell({ verdict, axis, width, height }: ForestCellProps) {
  const tokens = tokensOf(useTheme2());
  const hatch = useId();
  const zero = forestX(0, axis, width);
  const margin = forestX(1, axis, width);
  const interval = verdict ? intervalInMargins(verdict) : null;
  const color = verdict ? stateColor(verdict.state, tokens) : tokens.muted;
  const middle = height / 2;
  return (
    <svg width={width} height={height} aria-hidden focusable={false} style={{ display: 'block' }}>
      <rect x={margin} width={Math.max(0, width - margin)} height={height} fill={tokens.worse} opacity={0.1} />
      <line x1={zero} x2={zero} y2={height} stroke={tokens.muted} opacity={0.6} />
      <line x1={margin} x2={margin} y2={height} stroke={tokens.muted} strokeDasharray="3 3" />
      {interval && (
        <Interval
          {...{ axis, width, middle, color, hatch, interval }}
          text={tokens.muted}
          hatched={verdict?.state === 'regressed'}
        />
      )}
    </svg>
  );
}

interface IntervalProps {
  interval: NonNullable<ReturnType<typeof intervalInMargins>>;
  axis: ForestAxis;
  width: number;
  middle: number;
  color: string;
  hatch: string;
  /** The colour of what is written. */
  text: string;
  /** Beyond the margin is hatched, so that colour is not the only sign. */
  hatched: boolean;
}

function Interval({ interval, axis, width, middle, color, hatch, text, hatched }: IntervalProps) {
  const { left, right, at, openLeft, openRight, multiple } = placeInterval(interval, axis, width);
  const end = (x: number, open: boolean, towards: 1 | -1) =>
    open ? (
      <path
        d={`M${x - towards * ARROW} ${middle - ARROW}L${x} ${middle}L${x - towards * ARROW} ${middle + ARROW}Z`}
        fill={color}
      />
    ) : (
      <line x1={x} x2={x} y1={middle - CAP / 2} y2={middle + CAP / 2} stroke={color} strokeWidth={2} />
    );
  return (
    <>
      {hatched && (
        <pattern id={hatch} width={4} height={4} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <line x1={1} x2={1} y2={4} stroke={color} strokeWidth={2} />
        </pattern>
      )}
      <rect x={left} y={middle - BAR / 2} width={Math.max(1, right - left)} height={BAR} fill={color} opacity={0.45} />
      {hatched && (
        <rect x={left} y={middle - BAR / 2} width={Math.max(1, right - left)} height={BAR} fill={`url(#${hatch})`} />
      )}
      {end(left, openLeft, -1)}
      {end(right, openRight, 1)}
      {multiple !== '' && (
        <text
          x={openRight ? right - ARROW - 3 : left + ARROW + 3}
          y={middle - CAP / 2 - 2}
          textAnchor={openRight ? 'end' : 'start'}
          fill={text}
          fontSize={11}
        >
          {multiple}
        </text>
      )}
      {at !== null && (
        <line x1={at} x2={at} y1={middle - CAP / 2} y2={middle + CAP / 2} stroke={color} strokeWidth={3} />
      )}
    </>
  );
}
