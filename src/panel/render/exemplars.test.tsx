import { type DataFrame, DataTopic, FieldType, toDataFrame } from '@grafana/data';
import { act, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { DEFAULT_OPTIONS } from '../options';
import { answer } from '../testing/frames';
import { comparisonFrames, setup } from '../testing/renderPanel';
import { testIds } from './base';

jest.mock('uplot', () => ({
  __esModule: true,
  default: jest.requireActual<{ FakePlot: object }>('../testing/fakePlot').FakePlot,
}));

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
  /** The code of the marks comes when it is first needed. */
  const shown = () => screen.findAllByTestId(testIds.exemplar, undefined, { timeout: 10_000 });
  const marks = () => screen.queryAllByTestId(testIds.exemplar);

  it('leads from each mark to its trace', async () => {
    setup({ data: withExemplars() });
    await shown();
    expect(marks().map((mark) => mark.getAttribute('href'))).toEqual(
      ['aaaa', 'bbbb', 'cccc'].map((id) => `http://jaeger/trace/${id}`)
    );
    expect(marks()[0]).toHaveAccessibleName('baseline off, 50.0 ms at 00:00:30. View trace aaaa');
  });

  it('is one stop of the tab key, whose arrow keys go from mark to mark and name each', async () => {
    setup({ data: withExemplars() });
    await shown();
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
    await shown();
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
