/** Verdict frames for tests, made by the contract. */
import { type DataFrame, FieldType, toDataFrame } from '@grafana/data';

/** A row of the verdict frame, by the names of its columns; whatever a test does not care about has a default. */
export type VerdictRow = Record<string, string | number | boolean | null>;

const MINUTE = 60_000;

const VERDICT_DEFAULTS: VerdictRow = {
  flag: 'checkout-v2',
  baseline: 'off',
  variant: 'on',
  signal: 'errors',
  stat: 'ratio',
  state: 'inconclusive',
  baseline_value: 0.0042,
  variant_value: 0.0062,
  difference: 0.002,
  lower: 0.0008,
  upper: 0.0032,
  margin: 0.0025,
  evidence: 0.4,
  n_baseline: 14_600,
  n_variant: 14_600,
  since: 0,
  reason: 'Errors: not decided yet.',
  headline: 'Errors: not decided yet.',
  unit: 'percentunit',
  difference_unit: 'percentunit',
  direction: 'lower',
  level: 0.98,
  state_live: '',
  ratio: 1.48,
  margin_relative: 0,
  margin_absolute: 0.0025,
  bad_baseline: null,
  bad_variant: null,
  edge: null,
  ticks: 372,
  processes: 6,
  dispersion: 1.8,
  profile: 'strict',
  rollout_start: MINUTE,
  fired_at: null,
  forecast: null,
  share_variant: 0.5,
  share_expected: 0.5,
  share_state: 'fair',
  observational: false,
  baseline_lower: null,
  baseline_upper: null,
  variant_lower: null,
  variant_upper: null,
  word: 'Inconclusive',
  label: 'errors',
  detail: 'errors +0.20 pp (+0.08 to +0.32), margin +0.25 pp',
  detail_short: 'errors +0.20 pp (+0.08 to +0.32)',
  difference_text: '+0.20 pp',
  interval_text: '+0.08 to +0.32',
  margin_text: '+0.25 pp',
  edge_text: '',
  note: '',
  tags: '',
  remark: '',
  explanation: 'Rests on 14,600 of each variant.',
  figures: '372 minutes of 6 processes; profile strict.',
  share_word: 'as allocated',
  share_text: '50.0 : 50.0 as allocated',
};

/** What a histogram's verdict says beside the defaults: the share above an edge, and the quantile it is nearest to. */
export const LATENCY_REGRESSED: VerdictRow = {
  signal: 'latency',
  stat: 'p95',
  state: 'regressed',
  unit: 's',
  baseline_value: 0.186,
  variant_value: 0.224,
  edge: 0.25,
  bad_baseline: 730,
  bad_variant: 1314,
  difference: 0.04,
  lower: 0.021,
  upper: 0.055,
  margin: 0.0125,
  margin_relative: 0.25,
  margin_absolute: 0,
  evidence: 1.7,
  headline: 'Latency got worse with checkout-v2 on.',
  reason: 'Latency got worse with checkout-v2 on. Rests on 14,600 requests with off and 14,600 with on.',
  baseline_lower: 0.1,
  baseline_upper: 0.25,
  variant_lower: 0.1,
  variant_upper: 0.25,
  word: 'Regressed',
  label: 'latency p95',
  detail: 'latency over 250 ms +4.0 pp (+2.1 to +5.5), margin +25%',
  detail_short: 'latency over 250 ms +4.0 pp (+2.1 to +5.5)',
  difference_text: '+4.0 pp',
  interval_text: '+2.1 to +5.5',
  margin_text: '+25%',
  edge_text: 'over 250 ms',
  explanation: 'Rests on 14,600 requests with off and 14,600 with on.',
};

/** A verdict frame by the contract. */
export function verdictFrame(...rows: VerdictRow[]): DataFrame {
  const types: Record<string, FieldType> = { string: FieldType.string, boolean: FieldType.boolean };
  const times = new Set(['since', 'rollout_start', 'fired_at', 'forecast']);
  return toDataFrame({
    fields: Object.entries(VERDICT_DEFAULTS).map(([name, usual]) => ({
      name,
      type: times.has(name) ? FieldType.time : (types[typeof usual] ?? FieldType.number),
      values: rows.map((row) => row[name] ?? usual),
    })),
  });
}
