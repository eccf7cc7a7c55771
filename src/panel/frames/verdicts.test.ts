import { FieldType, toDataFrame } from '@grafana/data';
import { readComparisonRows } from './series';
import { LATENCY_REGRESSED, verdictFrame } from '../testing/verdictFrame';
import { isVerdictFrame, readVerdicts } from './verdicts';

describe('readVerdicts', () => {
  it('reads what the backend says of each signal', () => {
    const [latency, errors] =
      readVerdicts(verdictFrame({ ...LATENCY_REGRESSED, state_live: 'inconclusive' }, {})) ?? [];
    expect(latency).toMatchObject({
      signal: 'latency',
      stat: 'p95',
      state: 'regressed',
      live: 'inconclusive',
      unit: 's',
      differenceUnit: 'percentunit',
      edge: 0.25,
      margin: 0.0125,
      bounds: { baseline: { lower: 0.1, upper: 0.25 } },
      headline: 'Latency got worse with checkout-v2 on.',
    });
    expect(errors).toMatchObject({ live: 'inconclusive', bounds: null, edge: null, shareState: 'fair' });
  });

  it('takes margins without their sign and ends that nothing bounds as they are', () => {
    const [row] = readVerdicts(verdictFrame({ margin: -0.01, direction: 'higher', lower: -Infinity })) ?? [];
    expect(row).toMatchObject({ margin: 0.01, direction: 'higher', lower: -Infinity });
  });

  it('reads the words, and makes do without them', () => {
    const frame = verdictFrame(LATENCY_REGRESSED);
    const detail = '9.0% of requests take over 250 ms, 5.0% with off (+4.0 pp, +2.1 to +5.5; +1.2 tolerated)';
    expect(readVerdicts(frame)?.[0]?.words).toMatchObject({ word: 'Regressed', label: 'latency over 250 ms', detail });
    const old = { ...frame, fields: frame.fields.filter(({ name }) => name !== 'word' && name !== 'detail') };
    expect(readVerdicts(old)?.[0]?.words).toMatchObject({ word: 'regressed', lead: 'Slower', detail: 'latency' });
  });

  it('passes over a state that it does not know', () => {
    expect(readVerdicts(verdictFrame({ state: 'doomed' }, {}))).toHaveLength(1);
  });

  it('is no comparison table, and a comparison table is none of verdicts', () => {
    expect(readComparisonRows(verdictFrame({}))).toBeNull();
    const table = toDataFrame({ fields: [{ name: 'state', type: FieldType.string, values: ['regressed'] }] });
    expect(isVerdictFrame(table)).toBe(false);
    expect(readVerdicts(table)).toBeNull();
  });

  it('keeps text columns of others as groups', () => {
    const frame = verdictFrame({});
    const route = { name: 'route', type: FieldType.string, values: ['/pay'], config: {} };
    expect(readVerdicts({ ...frame, fields: [...frame.fields, route] })?.[0]?.group).toEqual({ route: '/pay' });
  });
});
