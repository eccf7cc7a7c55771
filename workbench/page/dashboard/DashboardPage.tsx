import { css } from '@emotion/css';
import { EventBusSrv, type GrafanaTheme2, type PanelPlugin } from '@grafana/data';
import { getBackendSrv, RefreshEvent } from '@grafana/runtime';
import { LoadingPlaceholder, useStyles2 } from '@grafana/ui';
import { useCallback, useEffect, useMemo } from 'react';

import { Failure } from '../app/Failure';
import { Page } from '../app/Page';
import { RouteLink } from '../app/RouteLink';
import { useAddress } from '../app/useAddress';
import { useAsync } from '../app/useAsync';
import type { Services } from '../host/installServices';
import { loadPanelPlugin } from '../host/plugins';
import type { Dashboard, DashboardAnnotation, DashboardLink, DashboardVariable } from './model';
import { PanelHost } from './PanelHost';
import { loadPanel } from './panelType';
import { TimeControls } from './TimeControls';
import { useAnnotations } from './useAnnotations';
import { useTime } from './useTime';
import { useVariables } from './useVariables';
import { VariableBar } from './VariableBar';

interface DashboardPageProps {
  uid: string;
  services: Services;
}

interface Loaded {
  dashboard: Dashboard;
  plugins: Map<string, PanelPlugin>;
}

const ownPanels = 'flaglens-';

async function load(uid: string): Promise<Loaded> {
  const { dashboard } = await getBackendSrv().get<{ dashboard: Dashboard }>(`/api/dashboards/uid/${uid}`);
  const types = [...new Set(dashboard.panels.map(({ type }) => type))].filter((type) => type.startsWith(ownPanels));
  const plugins = await Promise.all(
    types.map(async (type): Promise<[string, PanelPlugin]> => [type, await loadPanelPlugin(type)])
  );
  const known = new Map(plugins);
  const panels = await Promise.all(
    dashboard.panels.map(async (panel) => {
      const plugin = known.get(panel.type);
      return plugin ? await loadPanel(panel, plugin) : panel;
    })
  );
  return { dashboard: { ...dashboard, panels }, plugins: known };
}

/** A provisioned dashboard. */
export function DashboardPage({ uid, services }: DashboardPageProps) {
  const run = useCallback(() => load(uid), [uid]);
  const [state, retry] = useAsync(run);
  if (state.status === 'loading') {
    return <LoadingPlaceholder text="Loading the dashboard" />;
  }
  if (state.status === 'failed') {
    return (
      <Page title="Dashboard">
        <Failure title="The dashboard could not be loaded" message={state.message} onRetry={retry} />
      </Page>
    );
  }
  return <LoadedDashboard {...state.value} services={services} />;
}

const noVariables: DashboardVariable[] = [];
const noAnnotations: DashboardAnnotation[] = [];

function LoadedDashboard({ dashboard, plugins, services }: Loaded & { services: Services }) {
  const styles = useStyles2(getStyles);
  const time = useTime({
    from: dashboard.time?.from ?? 'now-15m',
    to: dashboard.time?.to ?? 'now',
    refresh: dashboard.refresh ?? '',
  });
  const variables = useVariables(dashboard.templating?.list ?? noVariables, services, time.range);
  const asked = dashboard.annotations?.list ?? noAnnotations;
  const annotations = useAnnotations({
    annotations: asked,
    datasource: services.datasources.meant(asked.find(({ target }) => target)?.datasource),
    range: time.range,
    version: variables.version,
    enabled: variables.ready,
  });
  const eventBus = useMemo(() => new EventBusSrv(), []);
  useEffect(() => services.template.updateTimeRange(time.range), [services, time.range]);
  // A panel's way to ask for its queries to be run again.
  const { renew } = time;
  useEffect(() => {
    const asked = eventBus.getStream(RefreshEvent).subscribe(renew);
    return () => asked.unsubscribe();
  }, [eventBus, renew]);
  return (
    <Page
      title={dashboard.title}
      {...(dashboard.description === undefined ? {} : { description: dashboard.description })}
      actions={
        <>
          {dashboard.links?.map((link) => (
            <LinkOf key={link.title} link={link} />
          ))}
          <TimeControls time={time} />
        </>
      }
    >
      <VariableBar states={variables.states} />
      <div className={styles.grid}>
        {dashboard.panels.map((panel, index) => {
          const { x, y, w, h } = panel.gridPos;
          const area = { gridColumn: `${x + 1} / span ${w}`, gridRow: `${y + 1} / span ${h}`, '--rows': h };
          return (
            <div key={panel.id ?? index} className={styles.cell} style={area}>
              <PanelHost
                panel={panel}
                id={panel.id ?? index + 1}
                range={time.range}
                plugin={plugins.get(panel.type)}
                services={services}
                eventBus={eventBus}
                annotations={annotations}
                variables={variables}
              />
            </div>
          );
        })}
      </div>
    </Page>
  );
}

/** A dashboard's link, which takes along the variables and the time if it says so. */
function LinkOf({ link }: { link: DashboardLink }) {
  const { search } = useAddress();
  if (link.url === undefined) {
    return null;
  }
  const kept = [...search].filter(
    ([key]) =>
      (link.includeVars === true && key.startsWith('var-')) ||
      (link.keepTime === true && ['from', 'to', 'refresh'].includes(key))
  );
  const query = new URLSearchParams(kept).toString();
  return (
    <RouteLink href={query === '' ? link.url : `${link.url}?${query}`} title={link.tooltip}>
      {link.title}
    </RouteLink>
  );
}

const rowHeight = 30;
const gap = 8;

const getStyles = (theme: GrafanaTheme2) => ({
  grid: css({
    display: 'grid',
    gridTemplateColumns: 'repeat(24, minmax(0, 1fr))',
    gridAutoRows: rowHeight,
    gap,
    [theme.breakpoints.down('md')]: { display: 'flex', flexDirection: 'column' },
  }),
  cell: css({
    minWidth: 0,
    [theme.breakpoints.down('md')]: { height: `calc(var(--rows) * ${rowHeight + gap}px)`, flexShrink: 0 },
  }),
});
