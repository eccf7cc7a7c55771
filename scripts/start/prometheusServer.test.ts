import { parse } from 'yaml';

import { prometheusConfig } from './prometheusServer';

test('instances are told apart, each job by itself', () => {
  const config = prometheusConfig({
    targets: [
      { job: 'shop', instance: 'shop-1', address: '127.0.0.1:1' },
      { job: 'shop', instance: 'shop-2', address: '127.0.0.1:2' },
      { job: 'other', instance: 'o', address: '127.0.0.1:3' },
    ],
  });
  expect(parse(config)).toEqual({
    global: { scrape_interval: '5s' },
    scrape_configs: [
      {
        job_name: 'shop',
        static_configs: [
          { targets: ['127.0.0.1:1'], labels: { instance: 'shop-1' } },
          { targets: ['127.0.0.1:2'], labels: { instance: 'shop-2' } },
        ],
      },
      { job_name: 'other', static_configs: [{ targets: ['127.0.0.1:3'], labels: { instance: 'o' } }] },
    ],
  });
});

test('rules are read from their folder, and their alerts go to Alertmanager', () => {
  const alerting = { rules: '/somewhere/rules', alertmanager: '127.0.0.1:4' };
  expect(parse(prometheusConfig({ targets: [], alerting, scrapeInterval: '1s' }))).toEqual({
    global: { scrape_interval: '1s' },
    rule_files: ['/somewhere/rules/*.yml'],
    alerting: { alertmanagers: [{ static_configs: [{ targets: ['127.0.0.1:4'] }] }] },
    scrape_configs: [],
  });
});
