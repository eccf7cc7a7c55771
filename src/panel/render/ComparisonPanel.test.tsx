import { LoadingState, type PanelData } from '@grafana/data';
import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { plots } from '../testing/fakePlot';
import { answer, goldenError, goldenFrames, pair } from '../testing/frames';
import { comparisonFrames, numbers, setup } from '../testing/renderPanel';
import { testIds } from './base';

jest.mock('uplot', () => ({
  __esModule: true,
  default: jest.requireActual<{ FakePlot: object }>('../testing/fakePlot').FakePlot,
}));

beforeEach(() => {
  plots.length = 0;
});

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
    expect(plots[0]?.data[0]?.[0]).toEqual([0, 60_000, 120_000]);
    expect(plots[0]?.data[0]).toContainEqual([0.4, 0.4, null]);
  });

  it('follows the options', () => {
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
    expect(cell).toHaveStyle({ color: '#b95005' });
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

  it("says the server's words, then what to do", () => {
    setup({ data: answer([], failed('latency: 422 execution: too many samples. Narrow the range.')) });
    const alert = screen.getByRole('alert');
    expect(alert).toHaveTextContent('latency: 422 execution: too many samples. Narrow the range.');
    expect(alert).toHaveTextContent('Fix the query or the datasource, then refresh.');
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
