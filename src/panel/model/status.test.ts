import { type DataFrame, LoadingState, type PanelData, toDataFrame } from '@grafana/data';
import { answer, goldenError, goldenFrames, pair, seriesFrame } from '../testing/frames';
import { failuresOf, statusOf } from './status';
import { viewOf } from './view';

function status(series: DataFrame[], more: Partial<PanelData> = {}) {
  return statusOf(answer(series, more), viewOf(series, { maxFeatures: 4 }));
}

const latency = pair({}, [0.1], [0.2]);
const failed = (message: string): Partial<PanelData> => ({
  state: LoadingState.Error,
  errors: [{ refId: 'A', message }],
});

describe('statusOf', () => {
  test.each<[string, DataFrame[], Partial<PanelData>, string, string, string]>([
    ['a comparison', latency, {}, 'ready', '', ''],
    ['the first loading', [], { state: LoadingState.Loading }, 'loading', 'Loading', 'the comparison is being read'],
    ['before the first', [], { state: LoadingState.NotStarted }, 'loading', 'Loading', 'the comparison is being read'],
    ['no frames', [], {}, 'empty', 'No comparison', 'no data in this range'],
    ['the baseline alone', latency.slice(0, 1), {}, 'empty', 'No comparison', 'no feature traffic in this range'],
    ['a feature alone', latency.slice(1, 2), {}, 'empty', 'No comparison', 'no baseline traffic in this range'],
    ['frames of nothing', [seriesFrame({ values: [null] })], {}, 'empty', 'No comparison', 'no data in this range'],
    ['an error', [], failed('boom'), 'error', 'The query failed', ''],
    ['one failed signal', latency, failed('errors: boom'), 'partial', 'errors failed', 'latency was read'],
    ['one failed query', latency, failed('boom'), 'partial', 'A query failed', 'latency was read'],
  ])('%s', (_, series, more, kind, title, detail) => {
    expect(status(series, more)).toMatchObject({ kind, title, detail });
  });

  it('counts series that wait at zero as no traffic', () => {
    const rate = { signal: 'throughput', stat: 'rate', unit: 'reqps' };
    expect(status(pair(rate, [60, 60], [0, 0])).detail).toBe('no feature traffic in this range');
    expect(status(pair(rate, [60, 60], [0, 1])).kind).toBe('ready');
  });

  it('says why there is nothing in the words of the notices', () => {
    expect(status(goldenFrames('no-data'))).toMatchObject({
      kind: 'empty',
      advice: 'no requests were counted for the flag "checkout-v2" in this range',
    });
  });

  it('keeps the frames and the words of an answer that failed in part', () => {
    const message = goldenError('partial-error');
    const result = status(goldenFrames('partial-error'), failed(message));
    expect(result).toMatchObject({ kind: 'partial', failures: [{ signal: 'errors', message }] });
  });

  it('asks for a compare query where frames are of something else', () => {
    const frame = toDataFrame({ fields: [{ name: 'up', values: [1] }] });
    expect(status([frame])).toMatchObject({ kind: 'unexpected' });
    expect(status([frame]).detail).toContain('compare query of the Flaglens datasource');
  });

  it('is still ready while a new answer is on its way', () => {
    expect(status(latency, { state: LoadingState.Loading })).toMatchObject({ kind: 'ready', loading: true });
  });
});

describe('failuresOf', () => {
  test.each<[string, Pick<PanelData, 'errors'> & { error?: object }, Array<[string | null, string]>]>([
    ['none', {}, []],
    ['the old field', { error: { message: 'boom' } }, [[null, 'boom']]],
    ['one that is reported twice', { errors: [{ message: 'boom' }, { message: 'boom' }] }, [[null, 'boom']]],
    [
      'a line each',
      { errors: [{ message: 'latency: a\nerrors: b' }] },
      [
        ['latency', 'latency: a'],
        ['errors', 'errors: b'],
      ],
    ],
    ['the body of the answer', { errors: [{ data: { message: 'from the body' } }] }, [[null, 'from the body']]],
    ['the status alone', { errors: [{ statusText: 'Bad Gateway' }] }, [[null, 'Bad Gateway']]],
    ['nothing at all', { errors: [{}] }, [[null, 'no reason given']]],
  ])('%s', (_, data, expected) => {
    expect(failuresOf(data).map(({ signal, message }) => [signal, message])).toEqual(expected);
  });
});
