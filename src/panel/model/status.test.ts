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

/** Frames of which the first says that signals failed, a group for each request. */
function failing([first, ...rest]: DataFrame[], ...groups: string[][]): DataFrame[] {
  const failures = groups.map((signals) => ({ signals, message: `${signals.join(', ')}: boom` }));
  return first ? [{ ...first, refId: 'A', meta: { custom: { failures } } }, ...rest] : [];
}

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
    ['one failed signal', failing(latency, ['errors']), failed('boom'), 'partial', 'errors failed', 'latency was read'],
    [
      'signals that failed together',
      failing(latency, ['errors', 'cpu'], ['memory']),
      failed('boom'),
      'partial',
      'errors, cpu and memory failed',
      'latency was read',
    ],
    ['one failed query', latency, failed('boom'), 'partial', 'A query failed', 'latency was read'],
    // A text that begins like one of a signal is about none: here it is a field of the query.
    ['a wrong field', latency, failed('flag: no flag is named'), 'partial', 'A query failed', 'latency was read'],
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
    expect(result).toMatchObject({ kind: 'partial', failures: [{ signals: ['errors'], message }] });
  });

  it('names the signals that failed together, and no field of the query', () => {
    const message = goldenError('failed-together');
    const other = pair({ signal: 'errors' }, [0.1], [0.2]);
    const result = status([...goldenFrames('failed-together'), ...other], failed(message));
    expect(result).toMatchObject({
      kind: 'partial',
      title: 'latency and throughput failed',
      detail: 'errors was read',
      failures: [{ signals: ['latency', 'throughput'] }, { signals: [] }],
    });
    expect(result.failures.map((failure) => failure.message).join('\n')).toBe(message);
  });

  it('is an error where no frame holds more than what failed', () => {
    const result = status(goldenFrames('failed-together'), failed(goldenError('failed-together')));
    expect(result).toMatchObject({ kind: 'error', title: 'The query failed' });
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
  const frames = failing(latency, ['errors', 'cpu']);
  const grouped: [string[], string] = [['errors', 'cpu'], 'errors, cpu: boom'];

  test.each<[string, Parameters<typeof failuresOf>[0], Array<[string[], string]>]>([
    ['none', {}, []],
    ['the old field', { error: { message: 'boom' } }, [[[], 'boom']]],
    ['one that is reported twice', { errors: [{ message: 'boom' }, { message: 'boom' }] }, [[[], 'boom']]],
    [
      'a line each',
      { errors: [{ message: 'latency: a\nerrors: b' }] },
      [
        [[], 'latency: a'],
        [[], 'errors: b'],
      ],
    ],
    ['the body of the answer', { errors: [{ data: { message: 'from the body' } }] }, [[[], 'from the body']]],
    ['the status alone', { errors: [{ statusText: 'Bad Gateway' }] }, [[[], 'Bad Gateway']]],
    ['nothing at all', { errors: [{}] }, [[[], 'no reason given']]],
    ['frames that say it', { series: frames, errors: [{ refId: 'A', message: 'errors, cpu: boom' }] }, [grouped]],
    ['frames without an error, as in a snapshot', { series: frames }, [grouped]],
    [
      'another query beside them',
      { series: frames, errors: [{ refId: 'B', message: 'gone' }] },
      [grouped, [[], 'gone']],
    ],
    [
      'what is no list of failures',
      {
        series: [null, 'x', {}, [1, null, { signals: 'errors', message: 'x' }, { signals: [1], message: 'x' }]].map(
          (failures) => ({ ...seriesFrame({ values: [] }), refId: 'A', meta: { custom: { failures } } })
        ),
        errors: [{ refId: 'A', message: 'boom' }],
      },
      [[[], 'boom']],
    ],
  ])('%s', (_, data, expected) => {
    expect(failuresOf(data).map(({ signals, message }) => [signals, message])).toEqual(expected);
  });
});
