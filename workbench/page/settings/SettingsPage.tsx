import { css } from '@emotion/css';
import type { DataSourceSettings, GrafanaTheme2 } from '@grafana/data';
import { getBackendSrv } from '@grafana/runtime';
import { Alert, Button, LoadingPlaceholder, useStyles2 } from '@grafana/ui';
import { useCallback, useState } from 'react';

import { Failure } from '../app/Failure';
import { Page } from '../app/Page';
import { messageOf, useAsync } from '../app/useAsync';
import type { Services } from '../host/installServices';
import type { StoredDatasource } from '../host/StoredDatasource';

interface SettingsPageProps {
  uid: string;
  services: Services;
}

/** The datasource's settings with the plugin's own editor. They last until the workbench ends. */
export function SettingsPage({ uid, services }: SettingsPageProps) {
  const address = `/api/datasources/uid/${uid}`;
  const load = useCallback(() => getBackendSrv().get<StoredDatasource>(address), [address]);
  const [state, retry] = useAsync(load);
  if (state.status === 'loading') {
    return <LoadingPlaceholder text="Loading the settings" />;
  }
  if (state.status === 'failed') {
    return (
      <Page title="Datasource">
        <Failure title="The settings could not be loaded" message={state.message} onRetry={retry} />
      </Page>
    );
  }
  return <Settings stored={state.value} address={address} services={services} />;
}

interface Outcome {
  good: boolean;
  message: string;
}

async function checkHealth(address: string): Promise<Outcome> {
  try {
    const { message } = await getBackendSrv().get<{ message: string }>(`${address}/health`);
    return { good: true, message };
  } catch (error) {
    return { good: false, message: messageOf(error) };
  }
}

interface SettingsProps {
  stored: StoredDatasource;
  address: string;
  services: Services;
}

function Settings({ stored, address, services }: SettingsProps) {
  const styles = useStyles2(getStyles);
  const [options, setOptions] = useState<DataSourceSettings>(stored);
  const [busy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState<Outcome>();
  const save = async () => {
    setBusy(true);
    setOutcome(undefined);
    try {
      const { datasource } = await getBackendSrv().put<{ datasource: StoredDatasource }>(address, options);
      setOptions(datasource);
      await services.datasources.reload();
      setOutcome(await checkHealth(address));
    } catch (error) {
      setOutcome({ good: false, message: messageOf(error) });
    }
    setBusy(false);
  };
  const Editor = services.datasources.plugin.components.ConfigEditor;
  return (
    <Page
      title="Datasource"
      description={`Settings of the datasource ${stored.name}, as Grafana would store them. Here they last until the workbench ends.`}
    >
      <div className={styles.column}>
        {Editor ? (
          <Editor options={options} onOptionsChange={setOptions} />
        ) : (
          <p>The plugin has no editor for its settings.</p>
        )}
        <Button onClick={() => void save()} disabled={busy}>
          {busy ? 'Saving' : 'Save and test'}
        </Button>
        {outcome && (
          <Alert
            className={styles.outcome}
            severity={outcome.good ? 'success' : 'error'}
            title={outcome.good ? 'The datasource works' : 'The datasource does not work'}
          >
            {outcome.message}
          </Alert>
        )}
      </div>
    </Page>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  // Editors have fixed widths; where the screen is narrower they scroll by themselves.
  column: css({ maxWidth: 960, overflowX: 'auto' }),
  outcome: css({ marginTop: theme.spacing(2) }),
});
