import { locationService } from '@grafana/runtime';
import { useSyncExternalStore } from 'react';

/** What is used of the history, whose own types are not among the packages. */
interface History {
  listen: (listener: () => void) => () => void;
  location: { pathname: string; search: string };
}

function history(): History {
  const own: unknown = locationService.getHistory();
  return own as History;
}

function subscribe(listener: () => void): () => void {
  return history().listen(listener);
}

function address(): string {
  const { pathname, search } = history().location;
  return pathname + search;
}

/** Where the page is: its path and the parameters of its address. */
export function useAddress(): { path: string; search: URLSearchParams } {
  const current = useSyncExternalStore(subscribe, address);
  const [path = '/', query = ''] = current.split('?', 2);
  return { path, search: new URLSearchParams(query) };
}
