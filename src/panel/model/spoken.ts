import { formatDifference, formatValue } from '../format/numbers';
import { type Reading } from './reading';

/** A reading as a screen reader says it: the time, then each statistic's values. */
export function spokenReading(reading: Reading, time: string, baseline: string | null): string {
  const rows = reading.rows.map((row) => {
    const features = row.features.map(({ variant, feature, difference }) => {
      const change =
        difference === null ? '' : `, difference ${formatDifference(difference, row.style, [row.baseline, feature])}`;
      return `${variant} ${formatValue(feature, row.style)}${change}`;
    });
    const base = baseline === null ? [] : [`${baseline} ${formatValue(row.baseline, row.style)}`];
    return `${row.label}: ${[...base, ...features].join(', ')}`;
  });
  return [time, ...rows].join('. ');
}
