// What @grafana/runtime reads of its surroundings the moment it is loaded: the one user of the workbench.
const role = new URLSearchParams(globalThis.location.search).get('role') ?? 'Admin';
globalThis.grafanaBootData = {
  settings: {
    buildInfo: { version: '13.1.0', edition: 'Open Source', env: 'development' },
    featureToggles: {},
    appSubUrl: '',
  },
  user: {
    isSignedIn: true,
    login: 'workbench',
    name: 'Workbench',
    orgId: 1,
    // Somebody with fewer rights is tried out by ?role=Viewer.
    orgRole: role,
    permissions: role === 'Admin' ? { 'datasources:create': true, 'datasources:write': true } : {},
    language: 'en-US',
    theme: 'dark',
  },
  navTree: [],
};
globalThis.__grafana_public_path__ = '/public/';
