import { type SelectableValue, type TypedVariableModel } from '@grafana/data';

import {
  type Detail,
  type FlagStat,
  type PlainStat,
  type QueryType,
  type Role,
  type VerdictStat,
} from '../../../contract/constants.gen';
import { type FlagInfo, type Signal } from '../../../contract/contract.gen';
import { SHORT_LEGEND } from '../../queryText';
import { choicesOf, toOptions } from '../common/options';
import { quantileName } from './quantiles';

/** The dashboard's variables that can stand in a field. */
export function variableChoices(variables: readonly TypedVariableModel[]): Array<SelectableValue<string>> {
  return variables
    .filter(({ type, name }) => !['adhoc', 'datasource', 'groupby', 'system'].includes(type) && !name.startsWith('__'))
    .map(({ name }) => ({ value: `$${name}`, label: `$${name}`, description: 'Variable' }));
}

/** The flags to choose from, with how many variants each has. */
export function flagChoices(flags: readonly FlagInfo[]): Array<SelectableValue<string>> {
  return flags.map(({ flag, variants }) => ({ value: flag, label: flag, description: variants.join(', ') }));
}

/**
 * Whether a type can answer for a signal: a distribution is that of a histogram, and only what is judged can be judged
 * wrongly.
 */
export function fitsType({ kind, direction }: Signal, type: QueryType): boolean {
  switch (type) {
    case 'distribution':
      return kind === 'histogram';
    case 'backtest':
      return direction === 'lower' || direction === 'higher';
    default:
      return true;
  }
}

/** The signals that a type can answer for. */
export function signalChoices(signals: readonly Signal[], type: QueryType): Array<SelectableValue<string>> {
  return signals
    .filter((signal) => fitsType(signal, type))
    .map(({ id, name, description }) => ({ value: id, label: name, description }));
}

/** What of a comparison can be asked for alone. */
export const roleChoices = choicesOf<Role>({
  baseline: { label: 'Baseline' },
  feature: { label: 'Feature' },
  difference: { label: 'Difference' },
  ratio: { label: 'Ratio' },
});

/** The quantiles to choose from; any other in 0..1 can be typed. */
export const quantileChoices = [0.5, 0.75, 0.9, 0.95, 0.99, 0.999].map((value) => ({
  value,
  label: quantileName(value),
}));

/** What can be asked of a signal alone. */
const signalStats: Array<SelectableValue<string>> = [
  ...toOptions([0.5, 0.95, 0.99].map(quantileName)),
  ...choicesOf<PlainStat>({
    mean: { label: 'Mean' },
    rate: { label: 'Rate' },
    ratio: { label: 'Ratio' },
    share: { label: 'Share of the requests' },
    value: { label: 'Value' },
  }),
];

/** The numbers of a verdict that an alert rule can be made of. */
const verdictStats = choicesOf<VerdictStat>({
  evidence: { label: 'Evidence', description: 'Regressed from 1 on' },
  difference: { label: 'Difference' },
  lower: { label: 'Lower end of the interval' },
  upper: { label: 'Upper end of the interval' },
  ratio: { label: 'Ratio' },
  baseline_value: { label: 'Value of the baseline' },
  variant_value: { label: 'Value of the feature' },
  since: { label: 'Beginning, unix seconds' },
  n_baseline: { label: 'Requests of the baseline' },
  n_variant: { label: 'Requests of the feature' },
  evidence_live: { label: 'Evidence now', description: 'Below 1 again once a regression has passed' },
  regressed: {
    label: 'Regressed',
    description: '1 once the evidence has reached 1, else 0: for the threshold above 0',
  },
  stopped: { label: 'Nothing new since', description: 'Unix seconds where nothing arrives any more, else 0' },
  edge: { label: 'Bucket edge', description: 'What a histogram is judged by: the share above it' },
  message: { label: 'Words of an alert', description: 'As labels, beside the evidence; for the annotations of a rule' },
});

/** What the inventory can say of each variant. */
const flagStats = choicesOf<FlagStat>({
  share: { label: 'Share of the requests' },
  verdict: { label: 'Verdict', description: 'The most damaging one; takes longer' },
});

/** What a query of a type can return, and whether only one of it. */
export function statChoices(type: QueryType): {
  options: Array<SelectableValue<string>>;
  single: boolean;
  usual: string;
} {
  switch (type) {
    case 'verdict':
      return { options: verdictStats, single: true, usual: 'Evidence' };
    case 'flags':
      return { options: flagStats, single: false, usual: 'Share' };
    default:
      return { options: signalStats, single: false, usual: 'All' };
  }
}

/** How series are called; any other text is a legend of its own. */
export const legendChoices: Array<SelectableValue<string>> = [
  { value: SHORT_LEGEND, label: 'Short', description: 'on p95' },
  { value: '', label: 'Full', description: 'latency p95 · on' },
];

/** How much core panels show of an answer. */
export const detailChoices = choicesOf<Detail>({
  essential: { label: 'Essential', description: 'p95 and errors of each variant; the columns that people read' },
  everything: { label: 'Everything', description: 'Every stat, difference and ratio; every column' },
});

/** Whether exemplars are shown beside series. */
export const exemplarChoices: Array<SelectableValue<'settings' | 'shown' | 'hidden'>> = [
  { value: 'settings', label: 'As set', description: "Shown where the datasource's settings say where traces are" },
  { value: 'shown', label: 'Shown' },
  { value: 'hidden', label: 'Not shown' },
];
