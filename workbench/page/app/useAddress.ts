import { locationService } from '@grafana/runtime';
import { useSyncExternalStore } from 'react';

function subscribe(listener: () => void): () => void {
  return locationService.getHistory().listen(listener);
}

function address(): string {
  const { pathname, search } = locationService.getLocation();
  return pathname + search;
}

/** Where the page is: its path and the parameters of its address. */
export function useAddress(): { path: string; search: URLSearchParams } {
  const current = useSyncExternalStore(subscribe, address);
  const [path = '/', query = ''] = current.split('?', 2);
  return { path, search: new URLSearchParams(query) };
}
