import { cp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { stringify } from 'yaml';

import type { DatasourceSettings } from '../../workbench/server/settings';
import { root } from '../lib/paths';
import { startServer } from '../lib/startServer';
import type { Stack } from './stack';

export interface GrafanaOptions {
  home: string;
  binary: string;
  port: number;
  /** Its data, plugins, provisioning and log go there; emptied before. */
  folder: string;
  settings: DatasourceSettings;
  /** Where the demo's alert rules send their notifications; without the demo there are no such rules. */
  inboxUrl?: string;
  /** Where the demo's traces are; without it there is no datasource of them. */
  jaegerUrl?: string;
  onUnexpectedExit: (reason: string) => void;
}

/** The datasource of the demo's traces, as it is provisioned here and in Docker. */
export const jaegerUid = 'flaglens-jaeger';

const pluginIds = 'flaglens-app,flaglens-datasource,flaglens-panel';

function jaegerDatasource(url: string) {
  return { name: 'Jaeger', uid: jaegerUid, type: 'jaeger', access: 'proxy', url, isDefault: false };
}

/** Writes what Grafana is provisioned with: our folder, with the datasource as it is set here. */
async function writeProvisioning(folder: string, { settings, inboxUrl, jaegerUrl }: GrafanaOptions): Promise<void> {
  await cp(path.join(root, 'provisioning'), folder, { recursive: true });
  if (inboxUrl === undefined) {
    await rm(path.join(folder, 'alerting'), { recursive: true, force: true });
  }
  const file = path.join(folder, 'datasources/flaglens.yml');
  // Whoever tries the demo may change its settings. Dollar signs are Grafana's to expand, and ours are expanded already.
  const jaeger = jaegerUrl === undefined ? [] : [jaegerDatasource(jaegerUrl)];
  const text = stringify({ apiVersion: 1, datasources: [{ ...settings, editable: true }, ...jaeger] }).replaceAll(
    '$',
    '$$$$'
  );
  await writeFile(file, text, { mode: 0o600 });
}

/** Starts a Grafana of this machine with the built plugin and waits until it answers. @returns its address */
export async function startGrafana(stack: Stack, options: GrafanaOptions): Promise<string> {
  const { home, binary, port, folder, settings } = options;
  await rm(folder, { recursive: true, force: true });
  const plugins = path.join(folder, 'plugins');
  const provisioning = path.join(folder, 'provisioning');
  await mkdir(plugins, { recursive: true });
  await symlink(path.join(root, 'dist'), path.join(plugins, 'flaglens-app'), 'dir');
  await writeProvisioning(provisioning, options);
  const url = `http://127.0.0.1:${port}`;
  await startServer(stack.children, {
    name: 'Grafana',
    command: binary,
    args: [...(path.basename(binary) === 'grafana' ? ['server'] : []), '--homepath', home],
    cwd: folder,
    env: {
      ...process.env,
      FLAGLENS_DASHBOARDS: path.join(root, 'dashboards/generated'),
      FLAGLENS_PROMETHEUS_URL: settings.url,
      FLAGLENS_INBOX_URL: options.inboxUrl ?? '',
      GF_DEFAULT_APP_MODE: 'development',
      GF_SERVER_HTTP_ADDR: '127.0.0.1',
      GF_SERVER_HTTP_PORT: String(port),
      GF_SERVER_ROOT_URL: `${url}/`,
      // A fresh database learns of its provisioned contact points at the first poll.
      GF_UNIFIED_ALERTING_ALERTMANAGER_CONFIG_POLL_INTERVAL: '10s',
      GF_PATHS_DATA: path.join(folder, 'data'),
      GF_PATHS_LOGS: path.join(folder, 'log'),
      GF_PATHS_PLUGINS: plugins,
      GF_PATHS_PROVISIONING: provisioning,
      GF_PLUGINS_ALLOW_LOADING_UNSIGNED_PLUGINS: pluginIds,
      GF_AUTH_ANONYMOUS_ENABLED: 'true',
      GF_AUTH_ANONYMOUS_ORG_ROLE: 'Admin',
      GF_ANALYTICS_REPORTING_ENABLED: 'false',
      GF_ANALYTICS_CHECK_FOR_UPDATES: 'false',
      GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: 'false',
      GF_PLUGINS_PREINSTALL_DISABLED: 'true',
    },
    logFile: path.join(folder, 'grafana.log'),
    readyUrl: `${url}/api/health`,
    timeoutMs: 180_000,
    onUnexpectedExit: options.onUnexpectedExit,
  });
  return url;
}
