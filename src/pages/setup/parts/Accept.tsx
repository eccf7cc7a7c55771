import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, LinkButton, useStyles2 } from '@grafana/ui';
import { useCallback } from 'react';

import { useLoaded } from '../../../shared/useLoaded';
import { flagDashboardPath, flagExplorePath, hrefOf } from '../../host/addresses';
import { bundledDashboards, hasDashboard } from '../../host/dashboards';
import { rights, whoCan } from '../../host/rights';
import { settingsOf } from '../choice';
import { provisioningFile } from '../provisioning';
import { type DatasourceState } from '../useDatasourceSetup';
import { CodeBlock } from './CodeBlock';

interface Props {
  uid: string;
  name: string;
  state: DatasourceState;
}

/** What ends it: accept, where that is possible, and the way to the first verdict. */
export function Accept({ uid, name, state }: Props) {
  const styles = useStyles2(getStyles);
  const { stored, changed, saving, saved, failure, choice } = state;
  const mayWrite = rights().write && stored !== undefined;
  const readOnly = stored?.readOnly === true ? stored : undefined;
  return (
    <div className={styles.root}>
      <div aria-live="polite">
        {failure && (
          <Alert title="Nothing was saved" severity="error">
            {failure.message} Your choice is still here.
            {failure.kind === 'forbidden' && ` ${whoCan}`}
            {failure.kind === 'conflict' && (
              <div>
                <Button size="sm" variant="secondary" onClick={() => void state.readAgain()}>
                  Read their version, keep my choice
                </Button>
              </div>
            )}
          </Alert>
        )}
        {saved && <Alert title={`Saved in ${name}`} severity="success" />}
      </div>
      {changed && !mayWrite && !readOnly && <p>You may not change this data source. {whoCan}</p>}
      {changed && readOnly && (
        <>
          <p>This data source is provisioned: Grafana cannot save it. Paste this into its file and restart Grafana.</p>
          <CodeBlock
            label="Provisioning file"
            text={provisioningFile({ ...readOnly, jsonData: settingsOf(readOnly.jsonData, choice) })}
          />
        </>
      )}
      <div className={styles.actions}>
        {changed && mayWrite && !readOnly && (
          <Button icon={saving ? 'spinner' : 'check'} disabled={saving} onClick={() => void state.save()}>
            Accept and save
          </Button>
        )}
        {!changed && <FirstVerdict uid={uid} state={state} />}
      </div>
    </div>
  );
}

/** The link to the verdict on the flag that the preview shows: on its dashboard, or in Explore where that is missing. */
function FirstVerdict({ uid, state: { lastPreview } }: Pick<Props, 'uid' | 'state'>) {
  const dashboard = useLoaded(useCallback(() => hasDashboard(bundledDashboards[0]?.uid ?? ''), []));
  const flag = lastPreview?.flag;
  if (!flag || dashboard.loading) {
    return null;
  }
  const signals = [...new Set(lastPreview.rows.map(({ signal }) => signal))];
  const path = dashboard.value === true ? flagDashboardPath(uid, flag) : flagExplorePath(uid, flag, signals);
  return (
    <LinkButton href={hrefOf(path)} icon="arrow-right">
      See the first verdict: {flag}
    </LinkButton>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  root: css({ marginTop: theme.spacing(2) }),
  actions: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1) }),
});
