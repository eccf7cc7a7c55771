import { type DataFrame, DataHoverEvent } from '@grafana/data';
import { act, fireEvent, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { plots } from '../testing/fakePlot';
import { answer, pair, rangeOf, seriesFrame } from '../testing/frames';
import { crosshair, setup } from '../testing/renderPanel';
import { testIds } from './base';

jest.mock('uplot', () => ({
  __esModule: true,
  default: jest.requireActual<{ FakePlot: object }>('../testing/fakePlot').FakePlot,
}));

beforeEach(() => {
  // jsdom has neither pointer events nor pointer capture.
  Object.defineProperty(window, 'PointerEvent', { value: MouseEvent, configurable: true });
  HTMLElement.prototype.setPointerCapture = () => undefined;
});

beforeEach(() => {
  plots.length = 0;
});

const TRACKS = 3;
const REFRESHES = 20;

/** The frames of one answer: as many samples as its range has minutes, each answer with numbers of its own. */
function answerAt(round: number): DataFrame[] {
  const values = (base: number) => Array.from({ length: 5 }, (_, index) => base * (1 + (round + index) / 10));
  const times = Array.from({ length: 5 }, (_, index) => (round + index) * 60_000);
  const share = (role: 'baseline' | 'feature') =>
    seriesFrame({ signal: 'throughput', stat: 'share', unit: 'percentunit', role, times, values: values(0.1) });
  return [
    ...pair({ stat: 'p95', times }, values(0.18), values(0.2)),
    ...pair({ signal: 'errors', stat: 'ratio', unit: 'percentunit', times }, values(0.01), values(0.02)),
    share('baseline'),
    share('feature'),
  ];
}

function start() {
  const { update, ...panel } = setup({ data: answer(answerAt(0)), timeRange: rangeOf(5) });
  const refresh = (round: number) => {
    const { from, to } = rangeOf(5 + round);
    from.add(round, 'minutes');
    update({ data: answer(answerAt(round)), timeRange: { from, to, raw: { from, to } } });
  };
  return { ...panel, update, refresh };
}

const alive = () => plots.filter(({ destroyed }) => !destroyed).length;

it('gives new data to the plots that are there', () => {
  const { refresh } = start();
  expect(plots).toHaveLength(TRACKS);
  for (let round = 1; round <= REFRESHES; round++) {
    refresh(round);
  }
  expect(plots).toHaveLength(TRACKS);
  expect(plots.map(({ data }) => data.length)).toEqual(Array<number>(TRACKS).fill(REFRESHES + 1));
  expect(plots[0]?.data.at(-1)?.[0]).toEqual([20, 21, 22, 23, 24].map((minute) => minute * 60_000));
});

it.each([
  ['another set of lines', () => userEvent.click(within(screen.getByTestId(testIds.legend)).getByText('on'))],
  ['the same lines of another signal', () => userEvent.click(screen.getByRole('button', { name: 'errors' }))],
])('leaves no plot behind after %s', async (_, change) => {
  const { refresh } = start();
  await change();
  refresh(1);
  expect(alive()).toBe(document.querySelectorAll('[data-testid^="flaglens-track-"]').length);
});

it('is built anew for another theme, in its colours', () => {
  const { switchTheme } = start();
  switchTheme();
  expect(plots).toHaveLength(2 * TRACKS);
  expect(alive()).toBe(TRACKS);
});

it('is built for another size class, and for another size is not', () => {
  const { update } = start();
  update({ width: 1180, height: 600 });
  expect(plots).toHaveLength(TRACKS);
  update({ width: 300, height: 200 });
  expect(alive()).toBe(1);
});

it('keeps the crosshair, its tooltip and its values over a refresh', () => {
  const { refresh } = start();
  const width = Number.parseFloat(crosshair().style.width);
  fireEvent.pointerMove(crosshair(), { clientX: width / 2, clientY: 40 });
  expect(screen.getByTestId(testIds.tooltip)).toHaveAttribute('data-time', '120000');
  refresh(1);
  expect(crosshair()).toHaveAttribute('data-time', '120000');
  expect(screen.getByTestId(testIds.tooltip)).toHaveAttribute('data-time', '120000');
});

it("keeps another panel's crosshair, a pinned signal and the focus over a refresh", async () => {
  const { refresh, eventBus } = start();
  await userEvent.click(screen.getByRole('button', { name: 'errors' }));
  act(() => eventBus.publish(new DataHoverEvent({ point: { time: 180_000 } })));
  act(() => crosshair().focus());
  refresh(1);
  expect(crosshair()).toHaveAttribute('data-time', '180000');
  expect(crosshair()).toHaveFocus();
  expect(screen.getByRole('button', { name: 'errors' })).toHaveAttribute('aria-pressed', 'true');
});

it('keeps a drag for a zoom over a refresh', () => {
  const { refresh, onChangeTimeRange } = start();
  fireEvent.pointerDown(crosshair(), { button: 0, clientX: 100 });
  fireEvent.pointerMove(crosshair(), { clientX: 300 });
  refresh(1);
  fireEvent.pointerUp(crosshair(), { button: 0, clientX: 300 });
  const width = Number.parseFloat(crosshair().style.width);
  // The range that the panel shows by now: four minutes from the first on.
  const timeAt = (x: number) => Math.round(60_000 + (x / width) * 240_000);
  expect(onChangeTimeRange).toHaveBeenCalledWith({ from: timeAt(100), to: timeAt(300) });
});

it('takes its plots along when it goes', () => {
  const { unmount } = start();
  unmount();
  expect(alive()).toBe(0);
});
