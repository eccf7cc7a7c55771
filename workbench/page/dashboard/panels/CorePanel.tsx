import {
  applyFieldOverrides,
  FieldColorModeId,
  type FieldConfigSource,
  LoadingState,
  type PanelData,
  type TimeRange,
} from '@grafana/data';
import { getTemplateSrv } from '@grafana/runtime';
import { useTheme2 } from '@grafana/ui';
import { useMemo } from 'react';

import type { DashboardPanel } from '../model';
import { HeatmapPanel } from './HeatmapPanel';
import { PanelMessage } from './PanelMessage';
import { StatPanel } from './StatPanel';
import { tableFields } from './tableFields';
import { TablePanel } from './TablePanel';
import { TimeSeriesPanel } from './TimeSeriesPanel';

interface CorePanelProps {
  panel: DashboardPanel;
  data: PanelData;
  range: TimeRange;
  width: number;
  height: number;
  onZoom: (from: number, to: number) => void;
}

/** Stands in for Grafana's own panels, which are not in its packages, so that their data can be seen here too. */
export function CorePanel({ panel, data, range, width, height, onZoom }: CorePanelProps) {
  const theme = useTheme2();
  const frames = useMemo(() => {
    const fieldConfig: FieldConfigSource = {
      defaults: { color: { mode: FieldColorModeId.PaletteClassic }, ...panel.fieldConfig?.defaults },
      overrides: panel.fieldConfig?.overrides ?? [],
    };
    return applyFieldOverrides({
      data: data.series,
      fieldConfig,
      ...(panel.type === 'table' ? { fieldConfigRegistry: tableFields() } : {}),
      replaceVariables: (text) => getTemplateSrv().replace(text),
      theme,
      timeZone: 'browser',
    });
  }, [data.series, panel, theme]);
  const notice = data.series.flatMap(({ meta }) => meta?.notices ?? []).map(({ text }) => text)[0];
  const error = data.errors?.[0]?.message;
  if (!frames.some(({ fields }) => fields.some(({ values }) => values.length > 0))) {
    const waiting = data.state === LoadingState.NotStarted || data.state === LoadingState.Loading;
    return <PanelMessage failed={error !== undefined} text={error ?? (waiting ? 'Loading' : (notice ?? 'No data'))} />;
  }
  const common = { frames, width, height };
  switch (panel.type) {
    case 'timeseries':
      return <TimeSeriesPanel {...common} range={range} onZoom={onZoom} />;
    case 'stat':
      return <StatPanel {...common} />;
    case 'table':
      return <TablePanel {...common} label={panel.title ?? 'Table'} />;
    case 'heatmap':
      return <HeatmapPanel {...common} range={range} />;
    default:
      return (
        <PanelMessage text={`Panels of type ${panel.type} are part of Grafana itself. Open the dashboard there.`} />
      );
  }
}
