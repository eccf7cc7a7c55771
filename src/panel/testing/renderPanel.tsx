/** Renders the panel as a host does, and reads what it shows. */
import {
  createTheme,
  type DashboardCursorSync,
  type DataFrame,
  EventBusSrv,
  type PanelData,
  type PanelProps,
  ThemeContext,
  type TimeRange,
} from '@grafana/data';
import { type PanelContext, PanelContextProvider } from '@grafana/ui';
import { render, screen } from '@testing-library/react';
import { type ComparisonOptions, DEFAULT_OPTIONS } from '../options';
import { testIds } from '../render/base';
import { ComparisonPanel } from '../render/ComparisonPanel';
import { answer, pair, rangeOf, seriesFrame } from './frames';

/** Latency, errors and throughput of two variants over three minutes. */
export function comparisonFrames(): DataFrame[] {
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
  timeRange?: TimeRange;
}

/** The panel on a page, and how its props are changed. */
export function setup({
  data = answer(comparisonFrames()),
  width = 1200,
  height = 640,
  options,
  mode = 'dark',
  sync,
  timeRange = rangeOf(3),
}: Setup = {}) {
  const eventBus = new EventBusSrv();
  const onChangeTimeRange = jest.fn();
  const props: PanelProps<ComparisonOptions> = {
    id: 1,
    data,
    timeRange,
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
  // As a host does, which hands in the same theme until it changes.
  let theme = createTheme({ colors: { mode } });
  const ui = (next: Partial<PanelProps<ComparisonOptions>> = {}) => (
    <ThemeContext.Provider value={theme}>
      <PanelContextProvider value={context}>
        <ComparisonPanel {...props} {...next} />
      </PanelContextProvider>
    </ThemeContext.Provider>
  );
  const view = render(ui());
  return {
    eventBus,
    onChangeTimeRange,
    unmount: () => view.unmount(),
    update: (next: Partial<PanelProps<ComparisonOptions>>) => view.rerender(ui(next)),
    switchTheme: () => {
      theme = createTheme({ colors: { mode: mode === 'dark' ? 'light' : 'dark' } });
      view.rerender(ui());
    },
  };
}

/** The exact numbers of one row of tooltip or table, by column. */
export function numbers(cellOf: typeof testIds.tableCell, signal: string, stat: string): Record<string, string | null> {
  const columns = ['baseline', 'feature', 'difference', 'ratio'] as const;
  return Object.fromEntries(
    columns.map((column) => {
      const cells = screen.getAllByTestId(cellOf(column));
      const cell = cells.find(({ dataset }) => dataset.signal === signal && dataset.stat === stat);
      return [column, cell?.getAttribute('data-value') ?? null];
    })
  );
}

/** The layer that takes pointer and keys. */
export const crosshair = () => screen.getByTestId(testIds.crosshair);
