import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { locationService } from '@grafana/runtime';
import { Alert, Button, LinkButton, TextLink, useStyles2 } from '@grafana/ui';
import { useState } from 'react';

import { useLoaded } from '../../shared/useLoaded';
import { setupPath } from '../host/paths';
import { editPath, hrefOf } from '../host/addresses';
import { bundledDashboards, hasDashboard } from '../host/dashboards';
import { createDatasource, ourDatasources, saveFailure } from '../host/datasources';
import { rights, whoCan } from '../host/rights';

/** The app's root page: what is installed, and where to go. */
export function HomePage() {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.root}>
      <Datasources />
      <Dashboards />
      <section aria-labelledby="flaglens-elsewhere">
        <h2 id="flaglens-elsewhere">In your own dashboards</h2>
        <p>
          Choose a Flaglens data source in any panel. The panel <em>Flaglens comparison</em> overlays the percentiles of
          feature and baseline; time series, stat, table and heatmap panels and alert rules read the same answers.
        </p>
      </section>
    </div>
  );
}

function Datasources() {
  const styles = useStyles2(getStyles);
  const datasources = ourDatasources();
  const { create } = rights();
  return (
    <section aria-labelledby="flaglens-datasources">
      <h2 id="flaglens-datasources">Data sources</h2>
      {datasources.length === 0 ? (
        <p>
          Flaglens reads the Prometheus that you already have. Setup finds out which flags and metrics it has.
          {!create && ` There is no Flaglens data source yet. ${whoCan}`}
        </p>
      ) : (
        <ul className={styles.list}>
          {datasources.map(({ uid, name }) => (
            <li key={uid}>
              {name}: <TextLink href={setupPath(uid)}>Setup</TextLink>,{' '}
              <TextLink href={editPath(uid)}>settings</TextLink>
            </li>
          ))}
        </ul>
      )}
      <div className={styles.actions}>
        <LinkButton href={hrefOf(setupPath())} variant={datasources.length === 0 ? 'primary' : 'secondary'}>
          Open Setup
        </LinkButton>
        {create && <AddDatasource />}
      </div>
    </section>
  );
}

/** Makes an empty datasource and opens its settings, as Grafana's own page for new ones does. */
function AddDatasource() {
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const add = async () => {
    setBusy(true);
    setError(undefined);
    try {
      const { uid } = await createDatasource({ name: 'Flaglens', url: '', jsonData: {} });
      locationService.push(editPath(uid));
    } catch (reason) {
      setError(saveFailure(reason).message);
      setBusy(false);
    }
  };
  return (
    <>
      <Button icon="plus" variant="secondary" fill="outline" disabled={busy} onClick={() => void add()}>
        Add a data source by hand
      </Button>
      {error !== undefined && <Alert title="No data source was added">{error}</Alert>}
    </>
  );
}

async function installedDashboards(): Promise<Set<string>> {
  const there = await Promise.all(bundledDashboards.map(async ({ uid }) => ((await hasDashboard(uid)) ? [uid] : [])));
  return new Set(there.flat());
}

function Dashboards() {
  const styles = useStyles2(getStyles);
  const installed = useLoaded(installedDashboards);
  const isThere = (uid: string) => installed.value?.has(uid) ?? true;
  return (
    <section aria-labelledby="flaglens-dashboards">
      <h2 id="flaglens-dashboards">Dashboards</h2>
      <ul className={styles.list}>
        {bundledDashboards.map(({ uid, title, about }) => (
          <li key={uid}>
            {isThere(uid) ? <TextLink href={`/d/${uid}`}>{title}</TextLink> : `${title} (not imported)`}: {about}
          </li>
        ))}
      </ul>
      {installed.value !== undefined && installed.value.size < bundledDashboards.length && (
        <p>
          <TextLink href="/plugins/flaglens-app?page=dashboards">Import what is missing</TextLink> from the
          plugin&apos;s page, or ask an administrator to.
        </p>
      )}
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  root: css({
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(4),
    maxWidth: theme.spacing(90),
  }),
  list: css({ paddingLeft: theme.spacing(3), marginBottom: theme.spacing(2) }),
  actions: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1) }),
});
