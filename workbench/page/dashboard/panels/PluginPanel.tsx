import {
  type AbsoluteTimeRange,
  applyFieldOverrides,
  type EventBus,
  type FieldConfigSource,
  type InterpolateFunction,
  type PanelData,
  type PanelPlugin,
  type TimeRange,
} from '@grafana/data';
import { getTemplateSrv } from '@grafana/runtime';
import { useTheme2 } from '@grafana/ui';
import { useMemo, useState } from 'react';

import type { DashboardPanel } from '../model';

interface PluginPanelProps {
  plugin: PanelPlugin;
  panel: DashboardPanel;
  id: number;
  data: PanelData;
  range: TimeRange;
  width: number;
  height: number;
  eventBus: EventBus;
  onZoom: (from: number, to: number) => void;
}

const noFieldConfig: FieldConfigSource = { defaults: {}, overrides: [] };

/** Draws a panel that was loaded with its plugin as Grafana does: with field options applied to the frames. */
export function PluginPanel({ plugin, panel, id, data, range, width, height, eventBus, onZoom }: PluginPanelProps) {
  const theme = useTheme2();
  // What the user changes stays until the page is left: the workbench stores no dashboards.
  const [options, setOptions] = useState<object>(panel.options ?? {});
  const [fieldConfig, setFieldConfig] = useState<FieldConfigSource>({ ...noFieldConfig, ...panel.fieldConfig });
  const replaceVariables: InterpolateFunction = (text, scopedVars, format) =>
    getTemplateSrv().replace(text, scopedVars, format);
  const prepared = useMemo(
    () => ({
      ...data,
      series: applyFieldOverrides({
        data: data.series,
        fieldConfig,
        fieldConfigRegistry: plugin.fieldConfigRegistry,
        replaceVariables: (text) => getTemplateSrv().replace(text),
        theme,
        timeZone: 'browser',
      }),
      // The panel's own field options are for its series; annotations keep what their datasource says, links above all.
      annotations: applyFieldOverrides({
        ...(data.annotations ? { data: data.annotations } : {}),
        fieldConfig: noFieldConfig,
        replaceVariables: (text, scopedVars, format) => getTemplateSrv().replace(text, scopedVars, format),
        theme,
        timeZone: 'browser',
      }),
    }),
    [data, fieldConfig, plugin, theme]
  );
  const Panel = plugin.panel;
  if (!Panel) {
    return <p>This plugin draws nothing.</p>;
  }
  return (
    <Panel
      id={id}
      data={prepared}
      title={panel.title ?? ''}
      timeRange={range}
      timeZone="browser"
      options={options}
      fieldConfig={fieldConfig}
      transparent={panel.transparent ?? false}
      width={width}
      height={height}
      renderCounter={0}
      eventBus={eventBus}
      replaceVariables={replaceVariables}
      onOptionsChange={setOptions}
      onFieldConfigChange={setFieldConfig}
      onChangeTimeRange={({ from, to }: AbsoluteTimeRange) => onZoom(from, to)}
    />
  );
}
