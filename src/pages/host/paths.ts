/** The app's id, which is also its address: /a/flaglens-app. */
export const appId = 'flaglens-app';

/** Where Grafana shows the app. */
export const appPath = `/a/${appId}`;

/** The pages, relative to the app. A page that does not exist yet has no entry, here and in plugin.json. */
export const routes = { setup: 'setup' } as const;

/** The address of Setup, for one datasource or for the one that there is. */
export function setupPath(uid?: string): string {
  const path = `${appPath}/${routes.setup}`;
  return uid === undefined ? path : `${path}?datasource=${encodeURIComponent(uid)}`;
}
