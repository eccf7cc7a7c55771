import { locationService } from '@grafana/runtime';
import { type ReactNode, useMemo, useSyncExternalStore } from 'react';
import { type Navigator, Router, type To } from 'react-router-dom';

import { appPath } from '../host/paths';

interface Place {
  pathname: string;
  search: string;
  hash: string;
}

/** What is used of Grafana's history, which is of the major version 4 or 5. */
interface History {
  location: Place;
  listen: (listener: () => void) => () => void;
  push: (to: To, state?: unknown) => void;
  replace: (to: To, state?: unknown) => void;
  go: (delta: number) => void;
  createHref: (to: Partial<Place>) => string;
}

function hostHistory(): History {
  const own: unknown = locationService.getHistory();
  return own as History;
}

function subscribe(listener: () => void): () => void {
  return hostHistory().listen(() => listener());
}

function currentPlace(): Place {
  return hostHistory().location;
}

function placeOf(to: To): Partial<Place> {
  return typeof to === 'string' ? { pathname: to } : to;
}

/**
 * The router of the app's pages, on Grafana's own history. Hosts lend routers of different versions; scenes wants the
 * sixth, which is bundled, and so is its context.
 */
export function AppRouter({ children }: { children: ReactNode }) {
  // The listener's argument differs between the versions of the history; its location does not.
  const place = useSyncExternalStore(subscribe, currentPlace);
  const navigator = useMemo((): Navigator => {
    const history = hostHistory();
    return {
      push: (to, state) => history.push(to, state),
      replace: (to, state) => history.replace(to, state),
      go: (delta) => history.go(delta),
      createHref: (to) => history.createHref(placeOf(to)),
    };
  }, []);
  return (
    <Router basename={appPath} location={place} navigator={navigator}>
      {children}
    </Router>
  );
}
