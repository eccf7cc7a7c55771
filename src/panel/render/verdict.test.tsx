import { type DataFrame, FieldType, LoadingState, type PanelData, toDataFrame } from '@grafana/data';
import { RefreshEvent } from '@grafana/runtime';
import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { type ComparisonOptions } from '../options';
import { answer, goldenFrames, pair } from '../testing/frames';
import { setup as renderPanel } from '../testing/renderPanel';
import { LATENCY_REGRESSED, verdictFrame } from '../testing/verdictFrame';
import { testIds } from './base';

jest.mock('uplot', () => ({
  __esModule: true,
  default: jest.requireActual<{ FakePlot: object }>('../testing/fakePlot').FakePlot,
}));

beforeEach(() => {
  // jsdom has no canvas.
  HTMLCanvasElement.prototype.getContext = () => null;
});

const changes = toDataFrame({
  fields: [
    { name: 'time', type: FieldType.time, values: [60_000] },
    { name: 'title', type: FieldType.string, values: ['checkout-v2 on: 5% \u2192 25%'] },
    { name: 'text', type: FieldType.string, values: ['The allocation moved.'] },
    { name: 'tags', type: FieldType.string, values: ['flaglens,allocation'] },
  ],
});

function comparison(...verdicts: DataFrame[]): DataFrame[] {
  return [
    ...pair({ stat: 'p95' }, [0.18, 0.19, 0.186], [0.2, 0.21, 0.224]),
    ...pair({ signal: 'errors', stat: 'ratio', unit: 'percentunit' }, [0.01, 0.01, 0.01], [0.02, 0.02, 0.02]),
    ...verdicts,
  ];
}

interface Setup {
  series?: DataFrame[];
  data?: Partial<PanelData>;
  width?: number;
  height?: number;
  options?: Partial<ComparisonOptions>;
}

function setup({ series, data, ...rest }: Setup = {}) {
  const frames = series ?? comparison(verdictFrame(LATENCY_REGRESSED, { note: 'in about 1 h' }));
  return renderPanel({ data: answer(frames, { annotations: [changes], ...data }), ...rest });
}

describe('a verdict in the panel', () => {
  test.each([
    [
      1200,
      640,
      'Slower: 9.0% of requests take over 250 ms, 5.0% with off (+4.0 pp, +2.1 to +5.5; +1.2 tolerated)',
      true,
      true,
    ],
    [
      800,
      640,
      'Slower: 9.0% of requests take over 250 ms, 5.0% with off (+4.0 pp, +2.1 to +5.5; +1.2 tolerated)',
      true,
      true,
    ],
    [
      480,
      280,
      'Slower: 9.0% of requests take over 250 ms, 5.0% with off (+4.0 pp, +2.1 to +5.5; +1.2 tolerated)',
      true,
      false,
    ],
    [
      376,
      240,
      'Slower: 9.0% of requests take over 250 ms, 5.0% with off (+4.0 pp, +2.1 to +5.5; +1.2 tolerated)',
      false,
      false,
    ],
    [
      376,
      100,
      'Slower: 9.0% of requests take over 250 ms, 5.0% with off (+4.0 pp, +2.1 to +5.5; +1.2 tolerated)',
      false,
      false,
    ],
  ])('has its pill at %p by %p', (width, height, words, table, note) => {
    setup({ width, height });
    const pill = screen.getByTestId(testIds.pill);
    expect(pill).toHaveTextContent(words);
    expect(pill).toHaveAttribute('data-state', 'regressed');
    expect(pill.querySelector('svg')).toHaveAttribute('data-sign', 'regressed');
    expect(screen.queryByTestId(testIds.table) !== null).toBe(table);
    expect(screen.queryByTestId(testIds.note) !== null).toBe(note);
  });

  it('shows interval, verdict and forecast of each signal, worst first, without a bare p-value', () => {
    setup();
    const cells = screen.getAllByTestId(testIds.verdictCell);
    expect(cells.map(({ dataset }) => [dataset.signal, dataset.state])).toEqual([
      ['latency', 'regressed'],
      ['errors', 'inconclusive'],
    ]);
    expect(cells[1]).toHaveTextContent('Inconclusivein about 1 h');
    const [interval] = screen.getAllByTestId(testIds.intervalCell);
    expect(interval).toHaveTextContent('+2.1 to +5.5');
    expect(interval).toHaveAttribute('data-lower', '0.021');
    expect(screen.getByTestId(testIds.panel)).not.toHaveTextContent(/\bp\s*[=<]/);
  });

  it('says what it rests on, the rollout and the request ratio', () => {
    setup();
    expect(screen.getByTestId(testIds.note)).toHaveTextContent('Rests on 14,600 requests with off');
    expect(screen.getByTestId(testIds.rollout)).toHaveTextContent('1 m at 50%');
    expect(screen.getByTestId(testIds.requestRatio)).toHaveAttribute('data-state', 'fair');
    expect(screen.getByTestId(testIds.tint)).toBeInTheDocument();
  });

  it('keeps the request ratio on a mismatch where it would have dropped', () => {
    const share_text = '46.8 : 53.2 against 50.0 : 50.0 allocated';
    const mismatch = {
      ...{ state: 'withheld', share_state: 'mismatch', share_variant: 0.532, word: 'Withheld', lead: 'Withheld' },
      ...{ detail: share_text, detail_short: share_text, detail_least: share_text, share_word: 'mismatch', share_text },
    };
    setup({ width: 800, series: comparison(verdictFrame(mismatch)) });
    expect(screen.getByTestId(testIds.pill)).toHaveTextContent('Withheld: 46.8 : 53.2 against 50.0 : 50.0 allocated');
    expect(screen.getByTestId(testIds.requestRatio)).toHaveTextContent('mismatch');
  });

  it('tells a latched regression from the live state, and what is observational', () => {
    const note = 'now within margin, observational';
    const row = { state: 'regressed', state_live: 'within margin', observational: true, note };
    setup({ series: comparison(verdictFrame(row)) });
    const cell = screen.getByTestId(testIds.verdictCell);
    expect(cell).toHaveAttribute('data-live', 'within margin');
    expect(cell).toHaveTextContent('now within margin, observational');
  });

  it('marks changes, and a click on one shows the range since then', async () => {
    const { onChangeTimeRange } = setup();
    const mark = screen.getByRole('button', { name: /00:01 on: 5% \u2192 25%: The allocation moved/ });
    await userEvent.click(mark);
    expect(onChangeTimeRange).toHaveBeenCalledWith({ from: 60_000, to: 120_000 });
  });

  it('keeps the verdict where a query failed, and tries again', async () => {
    const { eventBus } = setup({
      data: { state: LoadingState.Error, errors: [{ message: 'cpu: 422 too many samples' }] },
    });
    expect(screen.getByTestId(testIds.pill)).toHaveAttribute('data-state', 'regressed');
    expect(screen.getByTestId(testIds.notices)).toHaveTextContent('cpu: 422 too many samples');
    const asked = jest.fn();
    eventBus.getStream(RefreshEvent).subscribe(asked);
    await userEvent.click(screen.getByRole('button', { name: 'Retry' }));
    expect(asked).toHaveBeenCalledTimes(1);
  });

  it('refreshes through the scene where there is one', async () => {
    const onRefresh = jest.fn();
    Object.assign(window, { __grafanaSceneContext: { state: { $timeRange: { onRefresh } } } });
    try {
      setup({ series: [], data: { state: LoadingState.Error, errors: [{ message: 'gone' }] } });
      await userEvent.click(screen.getByRole('button', { name: 'Retry' }));
      expect(onRefresh).toHaveBeenCalledTimes(1);
    } finally {
      Reflect.deleteProperty(window, '__grafanaSceneContext');
    }
  });

  it('names the feature before the detail where there are several', () => {
    setup({ series: comparison(verdictFrame(LATENCY_REGRESSED, { variant: 'next' })), width: 800 });
    expect(screen.getByTestId(testIds.pill)).toHaveTextContent('Slower: on, 9.0% of requests take over 250 ms');
  });

  it('says in a small panel what the pill leaves out', () => {
    const row = { state: 'no data', word: 'No data', remark: 'Errors: no data: on has no series.' };
    setup({ series: comparison(verdictFrame(row)), width: 480, height: 280 });
    expect(screen.getByText('Errors: no data: on has no series.')).toBeInTheDocument();
  });

  it("reads the backend's own verdicts", () => {
    setup({ series: goldenFrames('verdict') });
    expect(screen.getByTestId(testIds.pill)).toHaveTextContent(
      'Slower: on, 8.1% of requests take over 250 ms, 5.0% with off (+3.1 pp, +2.1 to +4.0; +1.2 tolerated)'
    );
    expect(screen.getByTestId(testIds.pill)).toHaveAttribute('data-state', 'regressed');
    expect(screen.getAllByTestId(testIds.verdictCell).map(({ dataset }) => dataset.state)).toEqual([
      'regressed',
      'regressed',
      'withheld',
      'inconclusive',
      'insufficient data',
      'no data',
      'within margin',
      'improved',
    ]);
  });
});

describe('the distribution', () => {
  const series = ['cdf', 'shift', 'heatmap'].flatMap(goldenFrames);

  it('shows all three parts where it is wide, and lets keys choose the quantile', async () => {
    setup({ series, options: { view: 'distribution' } });
    for (const part of ['cumulative', 'shift', 'time'] as const) {
      // The code of this view comes when it is first needed.
      const found = await screen.findByTestId(testIds.distribution(part), undefined, { timeout: 10_000 });
      expect(found).toBeInTheDocument();
    }
    const slider = screen.getByRole('slider', { name: 'Quantile' });
    slider.focus();
    await userEvent.keyboard('{Home}');
    expect(slider).toHaveAttribute('aria-valuetext', expect.stringContaining('p50: 42.0 ms to 44.0 ms, +2.0 ms'));
    expect(screen.getByTestId(testIds.callout)).toHaveAttribute('data-quantile', '0.5');
    const table = screen.getByRole('table', { name: 'latency of on at each quantile' });
    expect(
      within(table)
        .getAllByRole('rowheader')
        .map(({ textContent }) => textContent)
    ).toEqual(['p50', 'p99']);
  });

  it('shows one part at a time where it is small', async () => {
    setup({ series, options: { view: 'distribution' }, width: 480, height: 320 });
    expect(await screen.findByTestId(testIds.distribution('cumulative'))).toBeInTheDocument();
    await userEvent.click(screen.getByRole('radio', { name: 'Shift' }));
    expect(screen.getByTestId(testIds.distribution('shift'))).toBeInTheDocument();
    expect(screen.queryByTestId(testIds.distribution('cumulative'))).not.toBeInTheDocument();
  });

  it('says what it needs when given something else', () => {
    setup({ options: { view: 'distribution' } });
    expect(screen.getByRole('status')).toHaveTextContent('this view needs distribution queries');
  });
});
