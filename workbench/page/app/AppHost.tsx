import { LoadingPlaceholder } from '@grafana/ui';
import { useCallback } from 'react';

import { loadAppPlugin } from '../host/plugins';
import { AppName } from './appName';
import { Failure } from './Failure';
import { Page } from './Page';
import { useAddress } from './useAddress';
import { useAsync } from './useAsync';

interface AppHostProps {
  id: string;
}

/** The pages of an app plugin, from its built module, below /a/<id>. */
export function AppHost({ id }: AppHostProps) {
  const { path, search } = useAddress();
  const load = useCallback(() => loadAppPlugin(id), [id]);
  const [state, retry] = useAsync(load);
  if (state.status === 'loading') {
    return <LoadingPlaceholder text="Loading the app" />;
  }
  if (state.status === 'failed') {
    return (
      <Page title="App">
        <Failure title="The app could not be loaded" message={state.message} onRetry={retry} />
      </Page>
    );
  }
  const { root: Root, meta } = state.value;
  return (
    <AppName.Provider value={meta.name}>
      {Root && (
        <Root
          meta={meta}
          basename={`/a/${id}`}
          path={path}
          query={Object.fromEntries(search)}
          onNavChanged={() => undefined}
        />
      )}
    </AppName.Provider>
  );
}
