import { locationService, LocationServiceProvider } from '@grafana/runtime';
import { type ReactNode, useMemo } from 'react';
import { Router } from 'react-router-dom';

import { useAddress } from './useAddress';

/** What is used of the history, whose own types are not among the packages. */
interface History {
  push: (to: unknown, state?: unknown) => void;
  replace: (to: unknown, state?: unknown) => void;
  go: (delta: number) => void;
  createHref: (to: unknown) => string;
}

/** The router that the links of @grafana/ui go by, on the host's one history. */
export function HostRouter({ children }: { children: ReactNode }) {
  const { path, search } = useAddress();
  const own: unknown = locationService.getHistory();
  const history = own as History;
  const navigator = useMemo(
    () => ({
      push: (to: unknown, state?: unknown) => history.push(to, state),
      replace: (to: unknown, state?: unknown) => history.replace(to, state),
      go: (delta: number) => history.go(delta),
      createHref: (to: unknown) => history.createHref(to),
    }),
    [history]
  );
  const parameters = search.toString();
  return (
    <LocationServiceProvider service={locationService}>
      <Router
        location={{ pathname: path, search: parameters === '' ? '' : `?${parameters}` }}
        navigator={navigator}
        future={{ v7_relativeSplatPath: true }}
      >
        {children}
      </Router>
    </LocationServiceProvider>
  );
}
