import { DashboardCursorSync, DataHoverClearEvent, DataHoverEvent } from '@grafana/data';
import { act, fireEvent, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { crosshair, numbers, setup } from '../testing/renderPanel';
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
