import { css } from '@emotion/css';
import { type DataSourceInstanceSettings, type GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, Field, Input, useStyles2 } from '@grafana/ui';
import { useId, useState } from 'react';

import { createDatasource, readDatasource, saveFailure, type StoredDatasource } from '../../host/datasources';
import { rights, whoCan } from '../../host/rights';
import { adopt } from '../adopt';
import { Card } from './Card';

interface Props {
  theirs: DataSourceInstanceSettings[];
  /** Takes what was made, and sentences on what could not be taken along. */
  onMade: (datasource: StoredDatasource, left: string[]) => void;
}

/** The beginning: which Prometheus. One of this Grafana's own with a click, or any by its URL. */
export function FirstSource({ theirs, onMade }: Props) {
  const styles = useStyles2(getStyles);
  const id = useId();
  const [url, setUrl] = useState('');
  const [busy, setBusy] = useState<string>();
  const [failure, setFailure] = useState<string>();
  const { create } = rights();

  async function make(what: string, work: () => Promise<[StoredDatasource, string[]]>) {
    setBusy(what);
    setFailure(undefined);
    try {
      onMade(...(await work()));
    } catch (error) {
      setFailure(saveFailure(error).message);
      setBusy(undefined);
    }
  }

  const fromTheirs = (uid: string) =>
    make(uid, async () => {
      const { settings, left } = adopt(await readDatasource(uid));
      return [await createDatasource(settings), left];
    });
  const fromUrl = () =>
    make('url', async () => [await createDatasource({ name: 'Flaglens', url: url.trim(), jsonData: {} }), []]);

  if (!create) {
    return (
      <Card title="Which Prometheus?">
        <p>You may not add data sources in this Grafana. {whoCan}</p>
        {theirs.length > 0 && <p>It has {theirs.map(({ name }) => name).join(', ')}.</p>}
      </Card>
    );
  }
  return (
    <Card title="Which Prometheus?">
      {theirs.length > 0 && (
        <ul className={styles.list} aria-label="Prometheus data sources of this Grafana">
          {theirs.map(({ uid, name }) => (
            <li key={uid} className={styles.row}>
              <span className={styles.name}>{name}</span>
              <Button
                disabled={busy !== undefined}
                icon={busy === uid ? 'spinner' : undefined}
                aria-label={`Use this Prometheus: ${name}`}
                onClick={() => void fromTheirs(uid)}
              >
                Use this Prometheus
              </Button>
            </li>
          ))}
        </ul>
      )}
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          void fromUrl();
        }}
      >
        <Field
          label={theirs.length > 0 ? 'Or the URL of another' : 'URL of your Prometheus'}
          description="A Prometheus, or what speaks its API: Thanos, Mimir, VictoriaMetrics. Grafana has to reach it."
          htmlFor={id}
          className={styles.field}
        >
          <Input
            id={id}
            value={url}
            placeholder="http://prometheus:9090"
            spellCheck={false}
            onChange={({ currentTarget }) => setUrl(currentTarget.value)}
          />
        </Field>
        <Button
          type="submit"
          variant={theirs.length > 0 ? 'secondary' : 'primary'}
          icon={busy === 'url' ? 'spinner' : undefined}
          disabled={busy !== undefined || !/^https?:\/\/\S+$/.test(url.trim())}
        >
          Connect
        </Button>
      </form>
      {failure !== undefined && (
        <Alert title="No data source was made" severity="error">
          {failure} Nothing that you typed is lost.
        </Alert>
      )}
      <p className={styles.note}>A Flaglens data source is made beside it; yours stays as it is.</p>
    </Card>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({ listStyle: 'none', margin: theme.spacing(0, 0, 2), padding: 0 }),
  row: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    justifyContent: 'space-between',
    gap: theme.spacing(1),
    padding: theme.spacing(1, 0),
    borderBottom: `1px solid ${theme.colors.border.weak}`,
  }),
  name: css({ fontWeight: theme.typography.fontWeightMedium }),
  form: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'flex-end', gap: theme.spacing(1) }),
  field: css({ flex: '1 1 280px', margin: 0 }),
  note: css({ margin: theme.spacing(2, 0, 0), color: theme.colors.text.secondary }),
});
