import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { locationService } from '@grafana/runtime';
import { Alert, Button, RadioButtonList, TextLink, useStyles2 } from '@grafana/ui';
import { useState } from 'react';
import { useLocation } from 'react-router-dom';

import { setupPath } from '../host/paths';
import { flagDashboardPath } from '../host/addresses';
import { rights, whoCan } from '../host/rights';
import { ourDatasources, prometheusDatasources, type StoredDatasource } from '../host/datasources';
import { DatasourceSetup } from './DatasourceSetup';
import { Card } from './parts/Card';
import { FirstSource } from './parts/FirstSource';

interface Known {
  uid: string;
  name: string;
}

/** Setup: which Prometheus, what was found there, what it yields, and whether that can be judged. */
export function SetupPage() {
  const styles = useStyles2(getStyles);
  const asked = new URLSearchParams(useLocation().search).get('datasource');
  // Those that were made here are known before the host has read its list anew.
  const [made, setMade] = useState<Known[]>([]);
  const [left, setLeft] = useState<string[]>([]);
  const [adding, setAdding] = useState(false);
  const listed: Known[] = ourDatasources().map(({ uid, name }) => ({ uid, name }));
  const ours = [...listed, ...made.filter(({ uid }) => !listed.some((other) => other.uid === uid))];
  const current = ours.find(({ uid }) => uid === asked) ?? ours[0];

  function take(datasource: StoredDatasource, missing: string[]) {
    setMade([...made, datasource]);
    setLeft(missing);
    setAdding(false);
    locationService.push(setupPath(datasource.uid));
  }

  if (current !== undefined && !rights().try) {
    return (
      <Card title={current.name}>
        <p>Setup tries settings that are not saved, which is for administrators. {whoCan}</p>
        <TextLink href={flagDashboardPath(current.uid)}>See the verdicts</TextLink>
      </Card>
    );
  }
  if (current === undefined || adding) {
    return (
      <div className={styles.root}>
        <FirstSource theirs={prometheusDatasources()} onMade={take} />
        {current !== undefined && (
          <Button variant="secondary" onClick={() => setAdding(false)}>
            Back to {current.name}
          </Button>
        )}
      </div>
    );
  }
  return (
    <div className={styles.root}>
      {left.length > 0 && (
        <Alert title="Not everything could be taken along" severity="warning" onRemove={() => setLeft([])}>
          <ul>
            {left.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </Alert>
      )}
      <DatasourceSetup key={current.uid} uid={current.uid} name={current.name}>
        <Card title="Data sources">
          {ours.length > 1 && (
            <RadioButtonList
              name="datasource"
              options={ours.map(({ uid, name }) => ({ value: uid, label: name }))}
              value={current.uid}
              onChange={(uid) => locationService.push(setupPath(uid))}
            />
          )}
          <Button variant="secondary" size="sm" icon="plus" onClick={() => setAdding(true)}>
            Use another Prometheus
          </Button>
        </Card>
      </DatasourceSetup>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  root: css({ display: 'flex', flexDirection: 'column', alignItems: 'stretch', gap: theme.spacing(2) }),
});
