import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { LoadingPlaceholder, TextLink, useStyles2 } from '@grafana/ui';
import { type ReactNode } from 'react';

import { LoadError } from '../../shared/LoadError';
import { editPath } from '../host/addresses';
import { Accept } from './parts/Accept';
import { Card } from './parts/Card';
import { Doctor } from './parts/Doctor';
import { Engine } from './parts/Engine';
import { Preview } from './parts/Preview';
import { Proposals } from './parts/Proposals';
import { useDatasourceSetup } from './useDatasourceSetup';

interface Props {
  uid: string;
  name: string;
  /** What stands below the facts of the datasource. */
  children: ReactNode;
}

/** One datasource: what was found, what is chosen of it, what that yields, and the checks. */
export function DatasourceSetup({ uid, name, children }: Props) {
  const styles = useStyles2(getStyles);
  const state = useDatasourceSetup(uid);
  const { storedError, detect, choice, configured, preview, lastPreview, doctor, changed } = state;
  const found = detect.value;
  const nothing = found?.proposals.length === 0 && !configured;
  return (
    <div className={styles.columns}>
      <div className={styles.main}>
        <Card title="What was found">
          {storedError.error !== undefined && (
            <LoadError what={`The settings of ${name}`} error={storedError.error} onRetry={storedError.reload} />
          )}
          {(detect.loading || storedError.loading) && (
            <LoadingPlaceholder text="Looking at flags, variants and metrics" />
          )}
          {detect.error !== undefined && (
            <>
              <LoadError what={`What ${name} has`} error={detect.error} onRetry={detect.reload} />
              <p>
                Is the URL right, and does it need a password? Look at the{' '}
                <TextLink href={editPath(uid)}>settings of {name}</TextLink>.
              </p>
            </>
          )}
          {nothing && <p>Nothing was found that tells variants apart.</p>}
          {found && <Proposals found={found} choice={choice} configured={configured} onChange={state.choose} />}
          {found && !nothing && <Accept uid={uid} name={name} state={state} />}
        </Card>
      </div>
      <div className={styles.side}>
        <Engine uid={uid} name={name} detect={detect} />
        {(preview.loading || preview.value !== undefined || preview.error !== undefined) && (
          <Preview preview={preview} last={lastPreview} onFlag={state.chooseFlag} />
        )}
        {children}
      </div>
      {(doctor.loading || doctor.value !== undefined || doctor.error !== undefined) && (
        <div className={styles.all}>
          <Doctor doctor={doctor} unsaved={changed} />
        </div>
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  columns: css({
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 3fr) minmax(0, 2fr)',
    alignItems: 'start',
    gap: theme.spacing(2),
    [theme.breakpoints.down('lg')]: { gridTemplateColumns: 'minmax(0, 1fr)' },
  }),
  main: css({ minWidth: 0 }),
  side: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2), minWidth: 0 }),
  all: css({ gridColumn: '1 / -1', minWidth: 0 }),
});
