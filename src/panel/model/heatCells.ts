import { sum } from 'd3';
import { type Heatmap } from '../frames/distributions';
import { type TimeAxis } from './timeAxis';
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

/** The cells of a heatmap within the range of an axis; moments without observations have none. A moment's sample ends it. */
export function heatCells({ times, rows }: Heatmap, axis: TimeAxis): HeatCell[] {
  const step = stepOf(times);
  return times.flatMap((time, index) => {
    if (!axis.shows(time - step, time)) {
      return [];
    }
    const values = rows.map((row) => row.values[index] ?? 0);
    const total = sum(values);
    if (total <= 0) {
      return [];
    }
    return rows.map((row, place) => ({
      start: axis.limit(time - step),
      end: axis.limit(time),
      lower: rows[place - 1]?.upper ?? 0,
      upper: row.upper,
      share: (values[place] ?? 0) / total,
    }));
  });
}
