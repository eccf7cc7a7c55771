import {
  CoreApp,
  DashboardCursorSync,
  type DataFrame,
  type EventBus,
  LoadingState,
  type PanelPlugin,
  type TimeRange,
} from '@grafana/data';
import { getTemplateSrv, locationService } from '@grafana/runtime';
import { ErrorBoundaryAlert, Menu, PanelChrome, PanelContextProvider } from '@grafana/ui';
import { useMemo, useState } from 'react';

import type { Services } from '../host/installServices';
import type { DashboardPanel } from './model';
import { noticesOf, PanelNotices } from './PanelNotices';
import { CorePanel } from './panels/CorePanel';
import { PluginPanel } from './panels/PluginPanel';
import { TablePanel } from './panels/TablePanel';
import { usePanelData } from './usePanelData';
import { useSize } from './useSize';

interface PanelHostProps {
  panel: DashboardPanel;
  id: number;
  range: TimeRange;
  /** The panel's code where it is one of ours. */
  plugin: PanelPlugin | undefined;
  services: Services;
  eventBus: EventBus;
  /** What the dashboard's annotations found. */
  annotations: DataFrame[];
  variables: { ready: boolean; version: string };
}

const noTargets: NonNullable<DashboardPanel['targets']> = [];

/** Whether the panel keeps a distance from its frame; Grafana's own tables and numbers do not. */
function hasPadding(type: string, plugin: PanelPlugin | undefined): boolean {
  return plugin ? !plugin.noPadding : type === 'timeseries' || type === 'heatmap';
}

function zoom(from: number, to: number): void {
  locationService.partial({ from: String(Math.round(from)), to: String(Math.round(to)) });
}

/** One panel of a dashboard: its frame, its query, and whoever draws the answer. */
export function PanelHost({ panel, id, range, plugin, services, eventBus, annotations, variables }: PanelHostProps) {
  const [ref, { width, height }] = useSize<HTMLDivElement>();
  const [asTable, setAsTable] = useState(false);
  const targets = panel.targets ?? noTargets;
  const data = usePanelData({
    datasource: services.datasources.meant(targets[0]?.datasource),
    targets,
    range,
    width,
    version: variables.version,
    app: CoreApp.Dashboard,
    panelId: id,
    interval: panel.interval,
    maxDataPoints: panel.maxDataPoints,
    enabled: variables.ready,
  });
  const annotated = useMemo(
    () => ({ ...data, annotations: [...(data.annotations ?? []), ...annotations] }),
    [data, annotations]
  );
  const context = useMemo(
    () => ({ eventBus, eventsScope: 'global', sync: () => DashboardCursorSync.Crosshair, app: CoreApp.Dashboard }),
    [eventBus]
  );
  const shownRange = data.state === LoadingState.NotStarted ? range : data.timeRange;
  const explore = () => {
    const query = JSON.stringify(targets[0]);
    locationService.push(`/explore?query=${encodeURIComponent(getTemplateSrv().replace(query))}`);
  };
  const menu = (
    <Menu>
      <Menu.Item
        label={asTable ? 'Show the panel' : 'Show the data'}
        icon="table"
        onClick={() => setAsTable(!asTable)}
      />
      {targets.length > 0 && <Menu.Item label="Explore" icon="compass" onClick={explore} />}
    </Menu>
  );
  const description = panel.description;
  const error = data.errors?.[0]?.message;
  return (
    <div ref={ref} style={{ height: '100%', minWidth: 0 }} data-testid={`panel-${id}`}>
      {width > 0 && (
        <PanelChrome
          width={width}
          height={height}
          title={getTemplateSrv().replace(panel.title)}
          {...(description === undefined ? {} : { description })}
          loadingState={data.state}
          {...(error === undefined ? {} : { statusMessage: error })}
          titleItems={<PanelNotices notices={noticesOf(data.series)} />}
          menu={menu}
          padding={hasPadding(panel.type, plugin) ? 'md' : 'none'}
        >
          {(innerWidth, innerHeight) => (
            <ErrorBoundaryAlert title="This panel failed">
              <PanelContextProvider value={context}>
                {asTable ? (
                  <TablePanel frames={data.series} width={innerWidth} height={innerHeight} label="Data of this panel" />
                ) : plugin ? (
                  <PluginPanel
                    plugin={plugin}
                    panel={panel}
                    id={id}
                    data={annotated}
                    range={shownRange}
                    width={innerWidth}
                    height={innerHeight}
                    eventBus={eventBus}
                    onZoom={zoom}
                  />
                ) : (
                  <CorePanel
                    panel={panel}
                    data={data}
                    range={shownRange}
                    width={innerWidth}
                    height={innerHeight}
                    onZoom={zoom}
                  />
                )}
              </PanelContextProvider>
            </ErrorBoundaryAlert>
          )}
        </PanelChrome>
      )}
    </div>
  );
}
