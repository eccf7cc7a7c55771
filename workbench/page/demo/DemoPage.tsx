import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { getBackendSrv } from '@grafana/runtime';
import { LinkButton, LoadingPlaceholder, useStyles2 } from '@grafana/ui';
import { useCallback } from 'react';

import { Failure } from '../app/Failure';
import { Page } from '../app/Page';
import { useAsync } from '../app/useAsync';

interface WorkbenchInfo {
  controlUrl?: string;
}

/** The demo's control page, in a frame: allocation and fault switches of the small shop. */
export function DemoPage() {
  const styles = useStyles2(getStyles);
  const load = useCallback(() => getBackendSrv().get<WorkbenchInfo>('/api/workbench'), []);
  const [state, retry] = useAsync(load);
  if (state.status === 'loading') {
    return <LoadingPlaceholder text="Looking for the demo" />;
  }
  if (state.status === 'failed') {
    return (
      <Page title="Demo">
        <Failure title="The workbench does not say where the demo is" message={state.message} onRetry={retry} />
      </Page>
    );
  }
  const { controlUrl } = state.value;
  if (controlUrl === undefined) {
    return (
      <Page title="Demo">
        <p>
          The demo does not run: the workbench shows a Prometheus of yours. Start it without --prometheus or
          --datasource.
        </p>
      </Page>
    );
  }
  return (
    <Page
      title="Demo"
      description="A small shop with feature flags under load. Change what its variants do and watch the dashboard."
      actions={
        <LinkButton
          href={controlUrl}
          target="_blank"
          rel="noopener noreferrer"
          variant="secondary"
          icon="external-link-alt"
        >
          Open by itself
        </LinkButton>
      }
    >
      <iframe className={styles.frame} src={controlUrl} title="Controls of the demo" />
    </Page>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  frame: css({
    width: '100%',
    height: 'calc(100vh - 170px)',
    minHeight: 480,
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
    background: theme.colors.background.primary,
  }),
});
