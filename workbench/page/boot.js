// What @grafana/runtime reads of its surroundings the moment it is loaded: the one user of the workbench.
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
    orgRole: 'Admin',
    language: 'en-US',
    theme: 'dark',
  },
  navTree: [],
};
globalThis.__grafana_public_path__ = '/public/';
