import { type Scale } from './scale';

/** Ticks of an axis and how far they lie apart. */
export interface Ticks {
  values: number[];
  increment: number;
}

const STEPS = [1, 2, 2.5, 5, 10];

/**
 * Round values within an axis, at least `spacing` pixels apart on one of `height` pixels. Ours: d3's ticks know no
 * step of 2.5, and take the number as a hint, so that the texts of a low track would touch.
 */
export function ticksOf({ min, max }: Scale, height: number, spacing: number): Ticks {
  const range = max - min;
  const count = Math.max(1, Math.floor(height / spacing));
  const rough = range / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const increment = (STEPS.find((step) => step * power >= rough) ?? 10) * power;
  const values: number[] = [];
  // Counting by whole numbers keeps 0.1 + 0.2 from becoming a tick at 0.30000000000000004.
  for (let i = Math.ceil(min / increment - 1e-9); i * increment <= max + increment * 1e-9; i++) {
    values.push(Number((i * increment).toPrecision(12)));
  }
  return { values, increment };
}
