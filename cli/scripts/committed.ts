import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const at = (...parts: string[]) => path.join(root, ...parts);

/** The commands whose output is committed. */
export const committed: readonly string[][] = [
  [
    'rules',
    ...['--config', at('cli/demo.yml')],
    ...['--grafana', at('provisioning/alerting')],
    ...['--prometheus', at('docker/rules')],
    ...['--alertmanager', at('docker/alertmanager')],
  ],
  [
    'rules',
    ...['--config', at('cli/examples/rules.yml')],
    ...['--grafana', at('cli/examples/generated/grafana')],
    ...['--prometheus', at('cli/examples/generated/prometheus')],
    ...['--alertmanager', at('cli/examples/generated/alertmanager')],
  ],
];
