import { type Point } from './timeline';

/** A stretch over which one line stays on one side of another: the outline of a shaded area. */
export interface AreaRun {
  /** True where the upper line of the pair is the second one. */
  above: boolean;
  xs: number[];
  first: number[];
  second: number[];
}

/** Fills samples that a series lacks between two of its own by the straight line that is drawn there. */
function bridge(xs: readonly number[], values: readonly Point[]): Array<number | null> {
  const filled: Array<number | null> = [];
  let lastIndex = -1;
  values.forEach((value, index) => {
    filled.push(value ?? null);
    if (value === undefined) {
      return;
    }
    const last = values[lastIndex];
    if (value !== null && typeof last === 'number') {
      const [x0, x1] = [xs[lastIndex] ?? 0, xs[index] ?? 0];
      for (let i = lastIndex + 1; i < index; i++) {
        filled[i] = last + ((value - last) * ((xs[i] ?? 0) - x0)) / (x1 - x0);
      }
    }
    lastIndex = index;
  });
  return filled;
}

/**
 * The areas between two lines, split where they cross and where either has a gap. This is drawing, not
 * measuring: the difference as a number comes from the data.
 */
export function areasBetween(xs: readonly number[], first: readonly Point[], second: readonly Point[]): AreaRun[] {
  const a = bridge(xs, first);
  const b = bridge(xs, second);
  const runs: AreaRun[] = [];
  let run: AreaRun | null = null;

  const push = (target: AreaRun, x: number, ya: number, yb: number) => {
    target.xs.push(x);
    target.first.push(ya);
    target.second.push(yb);
  };
  const open = (above: boolean): AreaRun => {
    const opened: AreaRun = { above, xs: [], first: [], second: [] };
    runs.push(opened);
    return opened;
  };

  for (let i = 0; i < xs.length; i++) {
    const x = xs[i];
    const ya = a[i];
    const yb = b[i];
    if (x === undefined || ya === null || ya === undefined || yb === null || yb === undefined) {
      run = null;
      continue;
    }
    const above = yb > ya;
    if (run && above !== run.above && ya !== yb) {
      const last = run.xs.length - 1;
      const [x0, a0, b0] = [run.xs[last] ?? x, run.first[last] ?? ya, run.second[last] ?? yb];
      const before = b0 - a0;
      const part = before / (before - (yb - ya));
      const crossing = { x: x0 + part * (x - x0), y: a0 + part * (ya - a0) };
      push(run, crossing.x, crossing.y, crossing.y);
      run = open(above);
      push(run, crossing.x, crossing.y, crossing.y);
    }
    run ??= open(above);
    push(run, x, ya, yb);
  }
  return runs.filter((candidate) => candidate.xs.length > 1);
}
