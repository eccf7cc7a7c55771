import { AppPlugin } from '@grafana/data';
import { LoadingPlaceholder } from '@grafana/ui';
import { lazy, Suspense } from 'react';

const App = lazy(() => import('./pages/App'));

/** Everything of the app that Grafana shows below /a/flaglens-app; its code is fetched when it is first opened. */
function Root() {
  return (
    <Suspense fallback={<LoadingPlaceholder text="Loading Flaglens" />}>
      <App />
    </Suspense>
  );
}

export const plugin = new AppPlugin().setRootPage(Root);
