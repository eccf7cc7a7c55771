import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { stringify } from 'yaml';

import type { ChildGroup } from '../lib/ChildGroup';
import { freePort } from '../lib/ports';
import { startServer } from '../lib/startServer';

/** A target of the scrape: host:port, and what its series carry. */
export interface ScrapeTarget {
  job: string;
  instance: string;
  address: string;
  /** The one format that its job is scraped in, as Prometheus names it; all that it knows if absent. */
  protocol?: string;
}

/** What a Prometheus evaluates, and whom it tells. */
export interface PrometheusAlerting {
  /** The folder of the rule files. */
  rules: string;
  /** host:port */
  alertmanager: string;
}

export interface PrometheusOptions {
  binary: string;
  /** Its configuration, data and log go there. */
  folder: string;
  targets: readonly ScrapeTarget[];
  alerting?: PrometheusAlerting;
  /** As a Prometheus duration; 5s if it is not given. */
  scrapeInterval?: string;
  children: ChildGroup;
  onUnexpectedExit: (reason: string) => void;
}

const usualInterval = '5s';

/** The configuration as Prometheus reads it. */
export function prometheusConfig({
  targets,
  alerting,
  scrapeInterval = usualInterval,
}: Pick<PrometheusOptions, 'targets' | 'alerting' | 'scrapeInterval'>): string {
  const jobs = [...new Set(targets.map(({ job }) => job))];
  return stringify({
    global: { scrape_interval: scrapeInterval },
    ...(alerting && {
      rule_files: [path.join(alerting.rules, '*.yml')],
      alerting: { alertmanagers: [{ static_configs: [{ targets: [alerting.alertmanager] }] }] },
    }),
    scrape_configs: jobs.map((job) => {
      const own = targets.filter((target) => target.job === job);
      const protocols = own.flatMap(({ protocol }) => protocol ?? []);
      return {
        job_name: job,
        ...(protocols.length > 0 && { scrape_protocols: [...new Set(protocols)] }),
        static_configs: own.map(({ address, instance }) => ({ targets: [address], labels: { instance } })),
      };
    }),
  });
}

/** Starts a Prometheus on a free port of loopback and waits until it answers. @returns its address */
export async function startPrometheus(options: PrometheusOptions): Promise<string> {
  const { folder, children } = options;
  mkdirSync(folder, { recursive: true });
  const configFile = path.join(folder, 'prometheus.yml');
  writeFileSync(configFile, prometheusConfig(options));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  await startServer(children, {
    name: 'Prometheus',
    command: options.binary,
    args: [
      `--config.file=${configFile}`,
      `--storage.tsdb.path=${path.join(folder, 'data')}`,
      '--storage.tsdb.retention.time=2d',
      '--storage.tsdb.retention.size=512MB',
      '--enable-feature=exemplar-storage',
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=warn',
    ],
    logFile: path.join(folder, 'prometheus.log'),
    readyUrl: `${url}/-/ready`,
    timeoutMs: 60_000,
    onUnexpectedExit: options.onUnexpectedExit,
  });
  return url;
}
