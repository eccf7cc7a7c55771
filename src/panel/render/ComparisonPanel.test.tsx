import {
  createTheme,
  DashboardCursorSync,
  type DataFrame,
  DataHoverClearEvent,
  DataHoverEvent,
  DataTopic,
  EventBusSrv,
  FieldType,
  LoadingState,
  type PanelData,
  type PanelProps,
  ThemeContext,
  toDataFrame,
} from '@grafana/data';
import { type PanelContext, PanelContextProvider } from '@grafana/ui';
import { act, fireEvent, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { type ComparisonOptions, DEFAULT_OPTIONS } from '../options';
import { answer, goldenError, goldenFrames, pair, rangeOf, seriesFrame } from '../testing/frames';
import { ComparisonPanel } from './ComparisonPanel';
import { testIds } from './testIds';

/** What each canvas was asked to draw; jsdom has none. */
const plots: Array<{ options: { series: unknown[] }; data: unknown[] }> = [];
jest.mock('uplot', () => {
  class Plot {
    static paths = { linear: () => undefined };
    static tzDate = (date: Date) => date;
    static pxRatio = 1;
    constructor(options: { series: unknown[] }, data: unknown[]) {
      plots.push({ options, data });
    }
    destroy() {}
  }
  return { __esModule: true, default: Plot };
});

beforeEach(() => {
  plots.length = 0;
  // jsdom has neither pointer events nor pointer capture.
  Object.defineProperty(window, 'PointerEvent', { value: MouseEvent, configurable: true });
  HTMLElement.prototype.setPointerCapture = () => undefined;
});

function comparisonFrames(): DataFrame[] {
  const traffic = { signal: 'throughput', unit: 'reqps' };
  return [
    ...pair({ stat: 'p50' }, [0.05, 0.05, 0.05], [0.06, 0.06, 0.06]),
    ...pair({ stat: 'p95' }, [0.18, 0.19, 0.186], [0.2, 0.21, 0.224]),
    ...pair({ stat: 'p99' }, [0.3, 0.3, 0.3], [0.4, 0.4, Infinity]),
    ...pair({ signal: 'errors', stat: 'ratio', unit: 'percentunit' }, [0.01, 0.01, 0.01], [0.02, 0.02, 0.02]),
    ...pair({ ...traffic, stat: 'rate' }, [60, 60, 60], [20, 20, 20]),
    seriesFrame({ ...traffic, stat: 'share', unit: 'percentunit', role: 'baseline', values: [0.75, 0.75, 0.75] }),
    seriesFrame({ ...traffic, stat: 'share', unit: 'percentunit', role: 'feature', values: [0.25, 0.25, 0.25] }),
  ];
}

interface Setup {
  data?: PanelData;
  width?: number;
  height?: number;
  options?: Partial<ComparisonOptions>;
  mode?: 'light' | 'dark';
  sync?: DashboardCursorSync;
}

function setup({ data = answer(comparisonFrames()), width = 1200, height = 640, options, mode, sync }: Setup = {}) {
  const eventBus = new EventBusSrv();
  const onChangeTimeRange = jest.fn();
  const props: PanelProps<ComparisonOptions> = {
    id: 1,
    data,
    timeRange: rangeOf(3),
    timeZone: 'utc',
    options: { ...DEFAULT_OPTIONS, ...options },
    transparent: false,
    width,
    height,
    fieldConfig: { defaults: {}, overrides: [] },
    renderCounter: 0,
    title: 'Comparison',
    eventBus,
    onOptionsChange: jest.fn(),
    onFieldConfigChange: jest.fn(),
    replaceVariables: (text: string) => text,
    onChangeTimeRange,
  };
  const context: PanelContext = {
    eventsScope: 'test',
    eventBus,
    sync: sync === undefined ? undefined : () => sync,
  };
  const ui = (next: Partial<PanelProps<ComparisonOptions>> = {}) => (
    <ThemeContext.Provider value={createTheme({ colors: { mode: mode ?? 'dark' } })}>
      <PanelContextProvider value={context}>
        <ComparisonPanel {...props} {...next} />
      </PanelContextProvider>
    </ThemeContext.Provider>
  );
  const view = render(ui());
  return {
    eventBus,
    onChangeTimeRange,
    update: (next: Partial<PanelProps<ComparisonOptions>>) => view.rerender(ui(next)),
  };
}

/** The exact numbers of one row of tooltip or table, by column. */
function numbers(cellOf: typeof testIds.tableCell, signal: string, stat: string): Record<string, string | null> {
  const columns = ['baseline', 'feature', 'difference', 'ratio'] as const;
  return Object.fromEntries(
    columns.map((column) => {
      const cells = screen.getAllByTestId(cellOf(column));
      const cell = cells.find(({ dataset }) => dataset.signal === signal && dataset.stat === stat);
      return [column, cell?.getAttribute('data-value') ?? null];
    })
  );
}

const crosshair = () => screen.getByTestId(testIds.crosshair);

describe('the comparison', () => {
  it('shows every signal with its exact numbers', () => {
    setup();
    expect(screen.getByTestId(testIds.panel)).toHaveAttribute('data-state', 'ready');
    // The last moment at which the two can be compared.
    expect(numbers(testIds.tableCell, 'latency', 'p95')).toEqual({
      baseline: '0.186',
      feature: '0.224',
      difference: String(0.224 - 0.186),
      ratio: String(0.224 / 0.186),
    });
    expect(numbers(testIds.tableCell, 'latency', 'p99').feature).toBe('Infinity');
    const row = screen.getAllByTestId(testIds.tableRow)[0];
    expect(row).toHaveTextContent('latency p95lower is better186 ms224 ms+38 ms×1.20');
    expect(screen.getByTestId(testIds.pill)).toHaveTextContent('latency p95: +38 ms, ×1.20 latest');
    expect(screen.getByTestId(testIds.split)).toHaveTextContent('75.0 : 25.0');
  });

  it('takes the table of the range before the latest points', () => {
    setup({ data: answer([...goldenFrames('compare-two-signals'), ...goldenFrames('table')]) });
    expect(screen.getByRole('table', { name: 'Signals, over the range' })).toBeInTheDocument();
    const [frame] = goldenFrames('table');
    const field = (name: string): unknown[] => frame?.fields.find((candidate) => candidate.name === name)?.values ?? [];
    const index = field('stat').findIndex((stat, i) => stat === 'p95' && field('signal')[i] === 'latency');
    expect(numbers(testIds.tableCell, 'latency', 'p95')).toEqual({
      baseline: String(field('baseline_value')[index]),
      feature: String(field('variant_value')[index]),
      difference: String(field('difference')[index]),
      ratio: String(field('ratio')[index]),
    });
  });

  it('draws a track each for latency, errors and traffic', () => {
    setup();
    for (const id of ['main', 'errors', 'traffic']) {
      expect(screen.getByTestId(`flaglens-track-${id}`)).toBeInTheDocument();
    }
    // Time and six lines: two variants of three percentiles. The infinite point is left out of the picture.
    expect(plots[0]?.options.series).toHaveLength(7);
    expect(plots[0]?.data[0]).toEqual([0, 60_000, 120_000]);
    expect(plots[0]?.data).toContainEqual([0.4, 0.4, null]);
  });

  it('heeds the options', () => {
    setup({ options: { showErrorsTrack: false, showTrafficTrack: false, showTable: false, showLegend: false } });
    expect(screen.getByTestId('flaglens-track-main')).toBeInTheDocument();
    expect(screen.queryByTestId('flaglens-track-errors')).not.toBeInTheDocument();
    expect(screen.queryByTestId('flaglens-track-traffic')).not.toBeInTheDocument();
    expect(screen.queryByTestId(testIds.table)).not.toBeInTheDocument();
    expect(screen.queryByTestId(testIds.legend)).not.toBeInTheDocument();
  });

  it('puts text of labels on the page as text', () => {
    setup({ data: answer(goldenFrames('compare-grouped')) });
    const menu = screen.getByRole('combobox', { name: 'Flag or group' });
    expect(within(menu).getByRole('option', { name: 'checkout-v2, route=/pay <b>"now"</b> 🚀' })).toBeInTheDocument();
    expect(menu.querySelector('b')).toBeNull();
  });

  it('switches between groups', async () => {
    const route = (value: string, seconds: number) => pair({ labels: { route: value } }, [seconds], [2 * seconds]);
    setup({ data: answer([...route('/cart', 0.1), ...route('/pay', 0.3)]) });
    expect(numbers(testIds.tableCell, 'latency', 'p95').baseline).toBe('0.1');
    const menu = screen.getByRole('combobox', { name: 'Flag or group' });
    await userEvent.selectOptions(menu, 'checkout-v2, route=/pay');
    expect(numbers(testIds.tableCell, 'latency', 'p95').baseline).toBe('0.3');
  });

  test.each([
    [800, 600, true, true],
    [480, 280, true, true],
    [300, 200, true, false],
    [300, 120, false, false],
  ])('at %p by %p: a track %p, a table %p', (width, height, track, table) => {
    setup({ width, height });
    expect(screen.queryByTestId('flaglens-track-main') !== null).toBe(track);
    expect(screen.queryByTestId(testIds.table) !== null).toBe(table);
    expect(screen.getByTestId(testIds.header)).toHaveTextContent('checkout-v2');
    expect(screen.getByTestId(testIds.pill)).toHaveTextContent('+38 ms');
  });

  it('colours for the theme', () => {
    setup({ mode: 'light' });
    const [cell] = screen.getAllByTestId(testIds.tableCell('feature'));
    expect(cell).toHaveStyle({ color: '#c85a06' });
  });
});

describe('the legend', () => {
  it('switches variants and statistics with buttons that say so', async () => {
    setup();
    const on = within(screen.getByTestId(testIds.legend)).getByRole('button', { name: 'on' });
    expect(on).toHaveAttribute('aria-pressed', 'true');
    await userEvent.click(on);
    expect(on).toHaveAttribute('aria-pressed', 'false');
    expect(plots.filter(({ options }) => options.series.length === 4)).not.toHaveLength(0);

    await userEvent.click(on);
    plots.length = 0;
    await userEvent.click(screen.getByRole('button', { name: 'p99' }));
    expect(plots[0]?.options.series).toHaveLength(5);
  });

  it('toggles the table', async () => {
    setup();
    const button = screen.getByRole('button', { name: 'Table of signals' });
    await userEvent.click(button);
    expect(screen.queryByTestId(testIds.table)).not.toBeInTheDocument();
    await userEvent.click(button);
    expect(screen.getByTestId(testIds.table)).toBeInTheDocument();
  });

  it("pins a signal's track", async () => {
    setup();
    const name = screen.getByRole('button', { name: 'throughput' });
    await userEvent.click(name);
    expect(name).toHaveAttribute('aria-pressed', 'true');
    expect(screen.getByText('Throughput')).toBeInTheDocument();
    expect(screen.queryByText('Latency')).not.toBeInTheDocument();
    await userEvent.click(name);
    expect(screen.getByText('Latency')).toBeInTheDocument();
  });
});

describe('the crosshair', () => {
  it('moves by keys, speaks, and leaves', async () => {
    setup();
    act(() => crosshair().focus());
    await userEvent.keyboard('{ArrowRight}{ArrowRight}');
    expect(crosshair()).toHaveAttribute('aria-valuenow', '60000');
    expect(crosshair()).toHaveAttribute('aria-valuetext', expect.stringContaining('p95: off 190 ms, on 210 ms'));
    expect(screen.getByTestId(testIds.tooltip)).toHaveAttribute('data-time', '60000');
    expect(numbers(testIds.tooltipCell, 'latency', 'p95')).toMatchObject({ baseline: '0.19', feature: '0.21' });

    await userEvent.keyboard('{Shift>}{ArrowRight}{/Shift}');
    expect(crosshair()).toHaveAttribute('aria-valuenow', '120000');
    await userEvent.keyboard('{Home}');
    expect(crosshair()).toHaveAttribute('aria-valuenow', '0');

    await userEvent.keyboard('{Escape}');
    expect(screen.queryByTestId(testIds.tooltip)).not.toBeInTheDocument();
    expect(crosshair()).not.toHaveFocus();
  });

  it('toggles the table with t, and chooses and pins signals', async () => {
    setup();
    act(() => crosshair().focus());
    await userEvent.keyboard('t');
    expect(screen.queryByTestId(testIds.table)).not.toBeInTheDocument();
    await userEvent.keyboard('t{ArrowDown}{ArrowDown}{Enter}');
    expect(screen.getByText('Throughput')).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'throughput' })).toHaveAttribute('aria-pressed', 'true');
  });

  it('names the columns of the tooltip and every row of the tracks', () => {
    setup();
    fireEvent.pointerMove(crosshair(), { clientX: 0, clientY: 10 });
    const tooltip = screen.getByRole('tooltip');
    const heads = within(tooltip)
      .getAllByRole('columnheader')
      .map(({ textContent }) => textContent);
    expect(heads).toEqual(['baseline off', 'feature on', 'difference', 'ratio']);
    const rows = within(tooltip)
      .getAllByRole('rowheader')
      .map(({ textContent }) => textContent);
    expect(rows).toEqual(['p99', 'p95', 'p50', 'errors', 'requests']);
    fireEvent.pointerLeave(crosshair());
    expect(screen.queryByRole('tooltip')).not.toBeInTheDocument();
  });

  it('zooms by dragging, and not by a click', () => {
    const { onChangeTimeRange } = setup({ width: 1200 });
    const box = { left: 0, top: 0, width: 400, height: 300, right: 400, bottom: 300, x: 0, y: 0, toJSON: () => '' };
    crosshair().getBoundingClientRect = () => box;
    fireEvent.pointerDown(crosshair(), { button: 0, clientX: 100 });
    fireEvent.pointerUp(crosshair(), { button: 0, clientX: 100 });
    expect(onChangeTimeRange).not.toHaveBeenCalled();

    fireEvent.pointerDown(crosshair(), { button: 0, clientX: 300 });
    fireEvent.pointerMove(crosshair(), { clientX: 100 });
    fireEvent.pointerUp(crosshair(), { button: 0, clientX: 100 });
    const width = Number.parseFloat(crosshair().style.width);
    expect(onChangeTimeRange).toHaveBeenCalledWith({
      from: Math.round((100 / width) * 120_000),
      to: Math.round((300 / width) * 120_000),
    });
  });

  it('is shared with other panels, both ways', () => {
    const { eventBus } = setup();
    const heard: unknown[] = [];
    eventBus.getStream(DataHoverEvent).subscribe(({ payload }) => heard.push(payload.point));
    fireEvent.pointerMove(crosshair(), { clientX: 0, clientY: 10 });
    expect(heard).toEqual([{ time: 0 }]);
    fireEvent.pointerLeave(crosshair());

    act(() => eventBus.publish(new DataHoverEvent({ point: { time: 61_000 } })));
    expect(crosshair()).toHaveAttribute('data-time', '60000');
    expect(screen.queryByTestId(testIds.tooltip)).not.toBeInTheDocument();
    act(() => eventBus.publish(new DataHoverClearEvent()));
    expect(crosshair()).not.toHaveAttribute('data-time');
  });

  it('shows its tooltip for other panels where the dashboard shares tooltips', () => {
    const { eventBus } = setup({ sync: DashboardCursorSync.Tooltip });
    act(() => eventBus.publish(new DataHoverEvent({ point: { time: 60_000 } })));
    expect(screen.getByTestId(testIds.tooltip)).toBeInTheDocument();
  });

  it('keeps to itself where the dashboard shares nothing', () => {
    const { eventBus } = setup({ sync: DashboardCursorSync.Off });
    const heard = jest.fn();
    eventBus.getStream(DataHoverEvent).subscribe(heard);
    fireEvent.pointerMove(crosshair(), { clientX: 0, clientY: 10 });
    expect(heard).not.toHaveBeenCalled();
    act(() => eventBus.publish(new DataHoverEvent({ point: { time: 120_000 } })));
    expect(crosshair()).toHaveAttribute('data-time', '0');
  });
});

describe('states in words', () => {
  const failed = (message: string): Partial<PanelData> => ({
    state: LoadingState.Error,
    errors: [{ refId: 'A', message }],
  });

  it('says that the first answer is on its way', () => {
    setup({ data: answer([], { state: LoadingState.Loading }) });
    expect(screen.getByRole('status')).toHaveTextContent('Loading: the comparison is being read');
  });

  it('keeps the last answer while the next is on its way', () => {
    const { update } = setup();
    update({ data: answer([], { state: LoadingState.Loading }) });
    expect(screen.getByTestId(testIds.panel)).toHaveAttribute('aria-busy', 'true');
    expect(screen.getByText('Loading')).toBeInTheDocument();
    expect(numbers(testIds.tableCell, 'latency', 'p95').feature).toBe('0.224');

    update({ data: answer(goldenFrames('no-data')) });
    expect(screen.queryByTestId(testIds.table)).not.toBeInTheDocument();
  });

  it('says why it is empty', () => {
    setup({ data: answer(goldenFrames('no-data')) });
    expect(screen.getByRole('status')).toHaveTextContent(
      'No comparison: no data in this rangeno requests were counted for the flag "checkout-v2" in this range'
    );
  });

  it('draws the baseline where there is no feature', () => {
    setup({ data: answer(comparisonFrames().filter((frame) => frame.fields[1]?.labels?.role === 'baseline')) });
    expect(screen.getByTestId(testIds.pill)).toHaveTextContent('No comparison: no feature traffic in this range');
    expect(plots[0]?.options.series).toHaveLength(4);
  });

  it('draws what was read beside what failed', () => {
    const message = goldenError('partial-error');
    setup({ data: answer(goldenFrames('partial-error'), failed(message)) });
    expect(screen.getByTestId(testIds.pill)).toHaveTextContent('errors failed: latency was read');
    expect(screen.getByTestId(testIds.notices)).toHaveTextContent(message);
    expect(screen.getByTestId('flaglens-track-main')).toBeInTheDocument();
  });

  it("tells the server's words, then what to do", () => {
    setup({ data: answer([], failed('latency: 422 execution: too many samples. Narrow the range.')) });
    const alert = screen.getByRole('alert');
    expect(alert).toHaveTextContent('latency: 422 execution: too many samples. Narrow the range.');
    expect(alert).toHaveTextContent('Mend the query or the datasource, then refresh.');
  });

  it('keeps the words of a server inert', () => {
    setup({ data: answer([], failed('<img src=x onerror=alert(1)>')) });
    expect(screen.getByRole('alert')).toHaveTextContent('<img src=x onerror=alert(1)>');
    expect(screen.getByRole('alert').querySelector('img')).toBeNull();
  });

  it('asks for a compare query when given frames of something else', () => {
    setup({ data: answer(goldenFrames('flags')) });
    expect(screen.getByRole('status')).toHaveTextContent('this panel needs a compare query of the Flaglens datasource');
  });
});

describe('exemplars', () => {
  const exemplarFrame = (rows: Array<{ time: number; variant: string; value: number; id: string }>): DataFrame => {
    const column = (name: string, values: string[]) => ({ name, type: FieldType.string, values });
    return toDataFrame({
      name: 'exemplar',
      meta: { dataTopic: DataTopic.Annotations },
      fields: [
        { name: 'Time', type: FieldType.time, values: rows.map(({ time }) => time) },
        { name: 'Value', type: FieldType.number, values: rows.map(({ value }) => value) },
        {
          ...column(
            'trace_id',
            rows.map(({ id }) => id)
          ),
          config: { links: [{ title: 'View trace', url: 'http://jaeger/trace/${__value.raw}' }] },
        },
        column(
          'flag',
          rows.map(() => 'checkout-v2')
        ),
        column(
          'variant',
          rows.map(({ variant }) => variant)
        ),
        column(
          'role',
          rows.map(({ variant }) => (variant === 'on' ? 'feature' : 'baseline'))
        ),
        column(
          'signal',
          rows.map(() => 'latency')
        ),
      ],
    });
  };
  const rows = [
    { time: 30_000, variant: 'off', value: 0.05, id: 'aaaa' },
    { time: 60_000, variant: 'on', value: 9, id: 'bbbb' },
    { time: 90_000, variant: 'on', value: 0.3, id: 'cccc' },
  ];
  const withExemplars = () => answer(comparisonFrames(), { annotations: [exemplarFrame(rows)] });
  const marks = () => screen.queryAllByTestId(testIds.exemplar);

  it('leads from each mark to its trace', () => {
    setup({ data: withExemplars() });
    expect(marks().map((mark) => mark.getAttribute('href'))).toEqual(
      ['aaaa', 'bbbb', 'cccc'].map((id) => `http://jaeger/trace/${id}`)
    );
    expect(marks()[0]).toHaveAccessibleName('baseline off, 50.0 ms at 00:00:30. View trace aaaa');
  });

  it('is one stop of the tab key, whose arrow keys go from mark to mark and tell of each', async () => {
    setup({ data: withExemplars() });
    expect(marks().map((mark) => mark.tabIndex)).toEqual([0, -1, -1]);
    act(() => marks()[0]?.focus());
    expect(screen.getByTestId(testIds.exemplarCard)).toHaveTextContent('trace aaaa');
    await userEvent.keyboard('{ArrowRight}');
    expect(marks()[1]).toHaveFocus();
    expect(screen.getByTestId(testIds.exemplarCard)).toHaveTextContent('trace bbbb');
    await userEvent.keyboard('{End}');
    expect(marks()[2]).toHaveFocus();
    expect(marks().map((mark) => mark.tabIndex)).toEqual([-1, -1, 0]);
  });

  it('goes with its line, and by the option', async () => {
    const { update } = setup({ data: withExemplars() });
    await userEvent.click(within(screen.getByTestId(testIds.legend)).getByRole('button', { name: /on/ }));
    expect(marks().map((mark) => mark.dataset.trace)).toEqual(['aaaa']);
    update({ options: { ...DEFAULT_OPTIONS, showExemplars: false } });
    expect(marks()).toHaveLength(0);
  });

  it('is not there without exemplars', () => {
    setup();
    expect(marks()).toHaveLength(0);
    expect(screen.queryByLabelText(/^Traces/)).toBeNull();
  });
});
