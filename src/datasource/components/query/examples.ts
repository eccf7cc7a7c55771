import { type Query, type Signal } from '../../../contract/contract.gen';
import { fitsType } from './choices';

interface Example {
  title: string;
  detail: string;
  query: Query;
}

/** Examples about a flag, of those that the signals of the catalogue can answer. */
export function examplesFor(flag: string, catalogue: readonly Signal[]): Example[] {
  const ids = (fits: (signal: Signal) => boolean, most: number) =>
    catalogue
      .filter(fits)
      .slice(0, most)
      .map(({ id }) => id);
  const all = ids(() => true, 3);
  const judged = ids((signal) => fitsType(signal, 'backtest'), 2);
  const histograms = ids((signal) => fitsType(signal, 'distribution'), 1);
  const look = { legend: 'short', detail: 'essential' } as const;
  const examples: Example[] = [
    {
      title: 'Is the feature worse?',
      detail: 'A verdict of each signal since the rollout began, with what it rests on.',
      query: { queryType: 'verdict', flag, signals: judged, detail: 'essential' },
    },
    {
      title: 'Feature over baseline',
      detail: 'Percentiles, errors and traffic over time; the comparison panel draws all of it.',
      query: { queryType: 'compare', flag, signals: all, ...look },
    },
    {
      title: 'How much differs over the whole range?',
      detail: 'One row for each feature and stat, with difference and ratio.',
      query: { queryType: 'compare', flag, signals: all, format: 'table', detail: 'essential' },
    },
    {
      title: 'Where do the durations lie?',
      detail: 'A heatmap of the feature alone: a core heatmap draws one variant.',
      query: { queryType: 'distribution', flag, signals: histograms, roles: ['feature'], detail: 'essential' },
    },
    {
      title: 'At which percentiles is it slower?',
      detail: 'The difference at each quantile, with what the buckets leave open.',
      query: { queryType: 'distribution', flag, signals: histograms, format: 'shift', detail: 'essential' },
    },
    {
      title: 'When did the flag change?',
      detail: 'Its allocation and its variants, as annotations or as a table.',
      query: { queryType: 'changes', flag, detail: 'essential' },
    },
    {
      title: 'A number for an alert rule',
      detail: '1 once a signal has regressed, else 0: for the threshold "above 0".',
      query: { queryType: 'verdict', flag, signals: judged, format: 'alert', stats: ['regressed'] },
    },
    {
      title: 'Which flags are there?',
      detail: 'Every flag with the share of each variant, and its verdict.',
      query: { queryType: 'flags', stats: ['verdict'], detail: 'essential' },
    },
  ];
  return examples.filter(({ query: { signals } }) => signals === undefined || signals.length > 0);
}
