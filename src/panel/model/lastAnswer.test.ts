import { type DataFrame, type DataQueryRequest, LoadingState, type PanelData } from '@grafana/data';
import { answer, pair, rangeOf } from '../testing/frames';
import { verdictFrame } from '../testing/verdictFrame';
import { errorsOf } from './answerErrors';
import { type Answer, answered, flagsOf, questionOf, remembered } from './lastAnswer';

const as = (refId: string, frames: DataFrame[]) => frames.map((frame) => ({ ...frame, refId }));
const series = as('A', pair({}, [0.18, 0.19], [0.2, 0.21]));
const verdict = as('C', [verdictFrame({})]);
const unread = as('C', [verdictFrame({ state: 'not read' })]);
const down = { message: 'Prometheus does not answer' };

function after(...answers: PanelData[]) {
  let last: Answer | null = null;
  let shown = answered(answer([]), 'q', null);
  for (const data of answers) {
    shown = answered(data, 'q', last);
    last = remembered(data, 'q', shown, last);
  }
  return { shown, last };
}
const good = answer([...series, ...verdict]);
const failing = (frames: DataFrame[], more: Partial<PanelData> = {}) =>
  answer(frames, { state: LoadingState.Error, timeRange: rangeOf(99), ...more });

describe('an answer that could not be read', () => {
  test.each<[string, PanelData, DataFrame[]]>([
    ['as a whole', failing([], { errors: [down] }), [...series, ...verdict]],
    ['as a whole, and Grafana says so in one place', failing([], { error: down }), [...series, ...verdict]],
    [
      'in each query',
      failing([], { errors: ['A', 'C'].map((refId) => ({ ...down, refId })) }),
      [...series, ...verdict],
    ],
    [
      'but for verdicts that say that they were not read',
      failing(unread, { errors: [{ ...down, refId: 'A' }] }),
      [...series, ...verdict],
    ],
    [
      'but for a verdict that the backend kept',
      failing(verdict, { errors: [{ ...down, refId: 'A' }] }),
      [...verdict, ...series],
    ],
    ['in one query', failing(series, { errors: [{ ...down, refId: 'C' }] }), [...series, ...verdict]],
  ])('%s leaves the last one, with its time', (_, data, frames) => {
    const { shown } = after(good, data);
    expect(shown.data.series).toEqual(frames);
    expect(shown.staleSince).toBe(rangeOf(10).to.valueOf());
    expect(errorsOf(shown.data)).toEqual(errorsOf(data));
  });

  it('stays as of the same time however often it fails, and while the next is on its way', () => {
    const gone = failing([], { errors: [down] });
    const { shown } = after(good, gone, { ...gone, state: LoadingState.Loading, errors: [] }, gone);
    expect(shown.staleSince).toBe(rangeOf(10).to.valueOf());
    const waiting = after(good, gone, { ...gone, state: LoadingState.Loading, errors: [] }).shown;
    expect(waiting).toMatchObject({
      staleSince: rangeOf(10).to.valueOf(),
      data: { series: good.series, errors: [down] },
    });
  });

  it('is shown as it is where there was nothing before, and gives way to the next that is read', () => {
    const gone = failing([], { errors: [down] });
    expect(after(gone).shown).toEqual({ data: gone, staleSince: null });
    expect(after(good, gone, good).shown).toEqual({ data: good, staleSince: null });
  });
});

describe('another question', () => {
  const { last } = after(good);

  test.each([
    ['while its answer is on its way', { state: LoadingState.Loading, series: good.series }],
    ['where it could not be read', { state: LoadingState.Error, series: [], errors: [down] }],
  ])('shows nothing of the last answer %s', (_, more) => {
    const { shown } = { shown: answered(answer([], more), 'another', last) };
    expect(shown.data.series).toEqual([]);
    expect(shown.staleSince).toBeNull();
  });

  it('is one with another flag, query or range, and not the next refresh', () => {
    const ask = (flag: string, from = 'now-6h', more = {}) =>
      questionOf(
        // Only what is asked matters.
        {
          targets: [{ refId: 'A', flag: '$flag', ...more }],
          range: { ...rangeOf(3), raw: { from, to: 'now' } },
        } as unknown as DataQueryRequest,
        (text) => text.replace('$flag', flag)
      );
    expect(ask('a')).toBe(ask('a'));
    expect(new Set([ask('a'), ask('b'), ask('a', 'now-1h'), ask('a', 'now-6h', { baseline: 'off' })]).size).toBe(4);
  });

  it('is known from the flags as soon as a variable changes', () => {
    const request = { targets: [{ refId: 'A', flag: '$flag' }, { refId: 'B' }] } as unknown as DataQueryRequest;
    expect(flagsOf(request, (text) => text.replace('$flag', 'a'))).toBe('a\n');
  });
});
