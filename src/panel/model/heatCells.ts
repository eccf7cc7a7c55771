import { type Heatmap } from '../frames/distributions';
import { stepOf } from './timeline';

/** One bucket in one moment: the part of that moment's observations that lies in it. */
export interface HeatCell {
  /** Milliseconds. */
  start: number;
  end: number;
  lower: number;
  upper: number;
  share: number;
}

/** The cells of a heatmap within a range; moments without observations have none. A moment's sample ends it. */
export function heatCells({ times, rows }: Heatmap, from: number, to: number): HeatCell[] {
  const step = stepOf(times);
  return times.flatMap((time, index) => {
    if (time < from || time - step > to) {
      return [];
    }
    const values = rows.map((row) => row.values[index] ?? 0);
    const total = values.reduce((sum, value) => sum + value, 0);
    if (total <= 0) {
      return [];
    }
    return rows.map((row, place) => ({
      start: Math.max(from, time - step),
      end: Math.min(to, time),
      lower: rows[place - 1]?.upper ?? 0,
      upper: row.upper,
      share: (values[place] ?? 0) / total,
    }));
  });
}
