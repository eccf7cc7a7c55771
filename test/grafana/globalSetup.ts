import { startHost } from '../support/startHost';

/** Starts a Grafana with the plugin and the demo. */
export default function globalSetup(): Promise<() => Promise<void>> {
  return startHost('grafana', process.env.FLAGLENS_GRAFANA_PORT ?? '3130');
}
