import { type SelectableValue } from '@grafana/data';

import { ARMS, FORMATS_BY_TYPE } from '../../../contract/constants.gen';
import { type Signal } from '../../../contract/contract.gen';
import { choicesOf } from '../common/options';
import { fitsType, statChoices } from './choices';
import { type Format, type FlaglensQuery, type QueryType } from '../../types';

/** The query types with what each is for. */
export const queryTypes = choicesOf<QueryType>({
  compare: { label: 'Compare', description: 'Feature over baseline, with difference and ratio' },
  split: { label: 'Split', description: 'A series for each variant' },
  distribution: { label: 'Distribution', description: 'The whole distribution of a histogram' },
  verdict: { label: 'Verdict', description: 'Whether the feature is worse, with what that rests on' },
  changes: { label: 'Changes', description: 'When the flag and its allocation changed, as annotations' },
  backtest: {
    label: 'Backtest',
    description: 'How often a verdict is wrong on this traffic: random halves of the processes before the rollout',
  },
  flags: { label: 'Flags', description: 'The flags that Prometheus knows, with their traffic' },
});

const formatNames: Record<Format, string> = {
  series: 'Time series',
  table: 'Table',
  alert: 'Alert condition',
  heatmap: 'Heatmap',
  cdf: 'Cumulative share',
  shift: 'Shift at each quantile',
};

/** The formats that a type offers, its default first. */
export function formatsOf(type: QueryType): Array<SelectableValue<Format>> {
  return FORMATS_BY_TYPE[type].map((value) => ({ value, label: formatNames[value] }));
}

/** The fields of the editor that mean something for a query. */
export interface Shown {
  flag: boolean;
  signals: boolean;
  baseline: boolean;
  roles: boolean;
  stats: boolean;
  quantiles: boolean;
  groupBy: boolean;
  /** Whether traces are shown beside series. */
  exemplars: boolean;
  /** When the rollout began, and by which rules it is judged. */
  judging: boolean;
  backtest: boolean;
  /** How series are called. */
  legend: boolean;
}

/** Which fields to show for a query. */
export function shownFields({ queryType, format }: Pick<FlaglensQuery, 'queryType' | 'format'>): Shown {
  const asked = queryType !== 'flags';
  const series = queryType === 'split' || queryType === 'compare';
  const judged = queryType === 'verdict' || queryType === 'backtest';
  return {
    flag: asked,
    signals: asked && queryType !== 'changes',
    baseline: asked && queryType !== 'changes',
    roles: (queryType === 'compare' && format !== 'table') || (queryType === 'distribution' && format !== 'shift'),
    stats: series || queryType === 'flags' || (queryType === 'verdict' && format === 'alert'),
    quantiles: series || format === 'shift',
    groupBy: (series || queryType === 'distribution') && format !== 'cdf' && format !== 'shift',
    exemplars: series && (format === undefined || format === 'series'),
    judging: judged,
    backtest: queryType === 'backtest',
    legend: series && format !== 'table',
  };
}

/** The roles that a type can show of those that are asked for. */
function rolesFor(asked: readonly string[] | undefined, type: QueryType): string[] | undefined {
  const kept = asked?.filter((role) => type !== 'distribution' || ARMS.some((arm) => arm === role));
  return kept === undefined || kept.length === 0 ? undefined : kept;
}

/** The signals that a type begins with. */
const firstSignals = ['latency', 'errors', 'throughput'];

/**
 * The signals of a query as another type can answer for them: those that do not fit are left out, and where none is left
 * the usual ones stand in. Variables stay, as does what the catalogue does not have: what they are is not known here.
 */
function signalsFor(asked: readonly string[], type: QueryType, catalogue: readonly Signal[]): string[] {
  const fits = (id: string) => {
    const signal = catalogue.find((one) => one.id === id);
    return signal === undefined || fitsType(signal, type);
  };
  const kept = asked.filter(fits);
  if (kept.length > 0) {
    return kept;
  }
  const fitting = catalogue.filter((signal) => fitsType(signal, type)).map(({ id }) => id);
  const usual = firstSignals.filter((id) => fitting.includes(id));
  return usual.length > 0 ? usual : fitting.slice(0, 1);
}

/**
 * The query as another type: what that type cannot answer with is left out, everything else stays.
 *
 * @param catalogue the signals that there are; empty while they are not known, and then they stay as they are
 */
export function withType(query: FlaglensQuery, queryType: QueryType, catalogue: readonly Signal[] = []): FlaglensQuery {
  const kept = query.format !== undefined && FORMATS_BY_TYPE[queryType].includes(query.format);
  const next = { ...query, queryType, format: kept ? query.format : undefined };
  const shown = shownFields(next);
  const sameStats = statChoices(queryType).options === statChoices(query.queryType).options;
  return {
    ...next,
    signals:
      shown.signals && catalogue.length > 0 ? signalsFor(query.signals ?? [], queryType, catalogue) : query.signals,
    roles: shown.roles ? rolesFor(query.roles, queryType) : undefined,
    stats: shown.stats && sameStats ? query.stats : undefined,
    groupBy: shown.groupBy ? query.groupBy : undefined,
    exemplars: shown.exemplars ? query.exemplars : undefined,
  };
}
