import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const at = (...parts: string[]) => path.join(root, ...parts);

/** The commands whose output is committed. */
export const committed: readonly string[][] = [
  [
    'rules',
    ...['--config', at('alerting/demo.yml')],
    ...['--grafana', at('provisioning/alerting')],
    ...['--prometheus', at('docker/rules')],
    ...['--alertmanager', at('docker/alertmanager')],
  ],
  [
    'rules',
    ...['--config', at('alerting/examples/rules.yml')],
    ...['--grafana', at('alerting/examples/generated/grafana')],
    ...['--prometheus', at('alerting/examples/generated/prometheus')],
    ...['--alertmanager', at('alerting/examples/generated/alertmanager')],
  ],
];
