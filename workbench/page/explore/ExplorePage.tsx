import { css, cx } from '@emotion/css';
import { CoreApp, EventBusSrv, type GrafanaTheme2, LoadingState, type PanelPlugin } from '@grafana/data';
import { locationService } from '@grafana/runtime';
import type { DataQuery } from '@grafana/schema';
import { Button, LoadingPlaceholder, RadioButtonGroup, useStyles2 } from '@grafana/ui';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';

import { Failure } from '../app/Failure';
import { Page } from '../app/Page';
import { useAddress } from '../app/useAddress';
import { useAsync } from '../app/useAsync';
import { noticesOf } from '../dashboard/PanelNotices';
import { changeType, corePlugin, newPanel } from '../dashboard/panelType';
import { CorePanel } from '../dashboard/panels/CorePanel';
import { PanelMessage } from '../dashboard/panels/PanelMessage';
import { PluginPanel } from '../dashboard/panels/PluginPanel';
import { TimeControls } from '../dashboard/TimeControls';
import { usePanelData } from '../dashboard/usePanelData';
import { useSize } from '../dashboard/useSize';
import { useTime } from '../dashboard/useTime';
import type { Services } from '../host/installServices';
import { loadPanelPlugin } from '../host/plugins';

interface ExplorePageProps {
  services: Services;
}

const views = [
  { label: 'Comparison', value: 'flaglens-panel' },
  { label: 'Time series', value: 'timeseries' },
  { label: 'Heatmap', value: 'heatmap' },
  { label: 'Table', value: 'table' },
];

function isQuery(value: unknown): value is DataQuery {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function queryOf(text: string | null): Partial<DataQuery> | undefined {
  try {
    const parsed: unknown = JSON.parse(text ?? '');
    return isQuery(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** One query with the plugin's own editor, and its answer drawn or as it came. */
export function ExplorePage({ services }: ExplorePageProps) {
  const load = useCallback(() => loadPanelPlugin('flaglens-panel'), []);
  const [state, retry] = useAsync(load);
  // What a dashboard left behind has no meaning here.
  useEffect(() => services.template.setVariables([], new Map()), [services]);
  if (state.status === 'loading') {
    return <LoadingPlaceholder text="Loading the panel" />;
  }
  if (state.status === 'failed') {
    return (
      <Page title="Explore">
        <Failure title="The panel could not be loaded" message={state.message} onRetry={retry} />
      </Page>
    );
  }
  return <Explore services={services} panelPlugin={state.value} />;
}

function Explore({ services, panelPlugin }: ExplorePageProps & { panelPlugin: PanelPlugin }) {
  const styles = useStyles2(getStyles);
  const { search } = useAddress();
  const time = useTime({ from: 'now-15m', to: 'now', refresh: '' });
  const stored = search.get('query');
  const { plugin } = services.datasources;
  const instance = services.datasources.meant(queryOf(stored)?.datasource);
  const initial = useMemo(
    (): DataQuery => ({
      ...instance.getDefaultQuery?.(CoreApp.Explore),
      ...queryOf(stored),
      refId: 'A',
      datasource: instance.getRef(),
    }),
    [instance, stored]
  );
  const [query, setQuery] = useState<DataQuery>(initial);
  // An editor changes the query and runs it in one go, before the state has followed.
  const latest = useRef(query);
  const change = useCallback((next: DataQuery) => {
    latest.current = next;
    setQuery(next);
  }, []);
  useEffect(() => change(initial), [change, initial]);
  // As users add one: a new panel of Grafana's is a time series, whose type they change.
  const [typed, setTyped] = useState(() => changeType(newPanel(), 'flaglens-panel', panelPlugin));
  const view = typed.type;
  const setView = (type: string) =>
    setTyped((last) => changeType(last, type, type === 'flaglens-panel' ? panelPlugin : corePlugin()));
  const [ref, { width, height }] = useSize<HTMLDivElement>();
  const eventBus = useMemo(() => new EventBusSrv(), []);
  const targets = useMemo(() => [initial], [initial]);
  const complete = instance.filterQuery?.(initial) ?? true;
  const data = usePanelData({
    datasource: instance,
    targets,
    range: time.range,
    width,
    version: '',
    app: CoreApp.Explore,
    panelId: 1,
    enabled: complete,
  });
  const run = () => {
    // The address is what runs, so that a link shows the same answer.
    locationService.partial({ query: JSON.stringify(latest.current) });
    time.renew();
  };
  const Editor = plugin.components.QueryEditor;
  const loading = data.state === LoadingState.Loading;
  const zoom = (from: number, to: number) =>
    locationService.partial({ from: String(Math.round(from)), to: String(Math.round(to)) });
  const panel = { ...typed, title: 'Answer', gridPos: { x: 0, y: 0, w: 24, h: 12 } };
  // Grafana's own tables reach their frame.
  const padded = view !== 'table';
  const drawn = { panel, data, range: time.range, width, height, onZoom: zoom };
  return (
    <Page
      title="Explore"
      description="Any query of the datasource."
      actions={<TimeControls time={time} loading={loading} />}
    >
      <section className={styles.box} aria-label="Query">
        {Editor && (
          <Editor
            datasource={instance}
            query={query}
            onChange={change}
            onRunQuery={run}
            app={CoreApp.Explore}
            range={time.range}
            data={data}
            queries={[query]}
          />
        )}
        <div className={styles.row}>
          <Button icon="play" onClick={run} disabled={loading}>
            Run query
          </Button>
          <div className={styles.views}>
            <RadioButtonGroup options={views} value={view} onChange={setView} aria-label="How the answer is shown" />
          </div>
        </div>
      </section>
      {noticesOf(data.series).map(({ text }) => (
        <p key={text} className={styles.notice}>
          {text}
        </p>
      ))}
      <section className={cx(styles.answer, padded && styles.padded)} aria-label="Answer">
        <div ref={ref} className={styles.drawing}>
          {!complete && <PanelMessage text="Choose a flag and a signal, then run the query." />}
          {complete && width > 0 && view === 'flaglens-panel' && (
            <PluginPanel {...drawn} plugin={panelPlugin} id={1} eventBus={eventBus} />
          )}
          {complete && width > 0 && view !== 'flaglens-panel' && <CorePanel {...drawn} />}
        </div>
      </section>
    </Page>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  box: css({
    padding: theme.spacing(2),
    marginBottom: theme.spacing(2),
    background: theme.colors.background.primary,
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
  }),
  row: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1), marginTop: theme.spacing(2) }),
  notice: css({ color: theme.colors.text.secondary, margin: theme.spacing(0, 0, 1) }),
  // Where the screen is too narrow for all, they scroll rather than lose their names.
  views: css({ maxWidth: '100%', overflowX: 'auto', '& > div': { width: 'max-content' } }),
  answer: css({
    height: 560,
    minWidth: 0,
    overflow: 'hidden',
    background: theme.colors.background.primary,
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
  }),
  padded: css({ padding: theme.spacing(1) }),
  drawing: css({ height: '100%', minWidth: 0 }),
});
