import { PanelBuilder, type Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Query } from '../../src/contract/contract.gen';
import { changesAnnotation } from './annotations';
import { flaglensDashboard } from './dashboard';
import { datasource, flaglensQuery } from './flaglensQuery';
import { table, timeseries } from './panels';
import { signalVariable } from './variables';
import { flagsTable, judgedSignals, verdictTable } from './verdictTables';

const flag = '${flag}';

/** Points over the time range: at six hours each is the rate over two minutes, calm enough to see a shift. */
const points = 180;

/** *Feature*: one flag over its baseline. */
export function featureDashboard(): Dashboard {
  return flaglensDashboard({
    uid: 'flaglens-feature',
    title: 'Feature',
    description: 'One flag: is the feature worse? Each feature laid over its baseline, in latency, errors and traffic.',
    from: 'now-6h',
    sibling: { uid: 'flaglens-existing-application', title: 'Existing application' },
  })
    .withVariable(signalVariable())
    .annotation(changesAnnotation(flag))
    .withPanel(comparison())
    .withPanel(verdictTable(2, flag, { x: 0, y: 16, w: 24, h: 10 }))
    .withPanel(byRoute())
    .withPanel(
      timeseries(
        {
          id: 4,
          title: 'Requests a second',
          description:
            'Traffic of each variant. A request that evaluated several flags is counted once for each of them.',
          gridPos: { x: 12, y: 26, w: 12, h: 9 },
        },
        flaglensQuery('A', { queryType: 'split', flag, signals: ['throughput'], stats: ['rate'] })
      ).maxDataPoints(points)
    )
    .withPanel(distribution())
    .withPanel(flagsTable(6, { x: 0, y: 51, w: 24, h: 8 }))
    .build();
}

function comparison(): PanelBuilder {
  // The signal that a link names comes first, whichever it is.
  const signals = ['${signal}', 'latency', 'errors', 'throughput'];
  return new PanelBuilder()
    .type('flaglens-panel')
    .id(1)
    .title('${flag}: feature over baseline')
    .description(
      'The verdict on the feature, and what it rests on: latency percentiles, errors and traffic share over the baseline.'
    )
    .datasource(datasource)
    .gridPos({ x: 0, y: 0, w: 24, h: 16 })
    .maxDataPoints(points)
    .options({ mainSignal: '${signal}' })
    .withTarget(flaglensQuery('A', { queryType: 'compare', flag, signals }))
    .withTarget(flaglensQuery('B', { queryType: 'compare', flag, signals, format: 'table' }))
    .withTarget(flaglensQuery('C', { queryType: 'verdict', flag, signals: ['${signal}', ...judgedSignals] }));
}

/** Which requests became slower, and by how much: the distribution of both variants, and how its quantiles shifted. */
function distribution(): PanelBuilder {
  const asked: Query = { queryType: 'distribution', flag, signals: ['latency'] };
  return new PanelBuilder()
    .type('flaglens-panel')
    .id(5)
    .title('${flag}: distribution of the latency')
    .description(
      'The share of the requests up to each duration, the shift at each quantile with what its buckets leave open, and both variants over time.'
    )
    .datasource(datasource)
    .gridPos({ x: 0, y: 35, w: 24, h: 16 })
    .maxDataPoints(points)
    .options({ view: 'distribution' })
    .withTarget(flaglensQuery('A', { ...asked, format: 'cdf' }))
    .withTarget(flaglensQuery('B', { ...asked, format: 'shift' }))
    .withTarget(flaglensQuery('C', asked))
    .withTarget(flaglensQuery('D', { queryType: 'verdict', flag, signals: judgedSignals }));
}

/** A row for each route, without the columns that say the same in every row. */
function byRoute() {
  const hidden = [
    'flag',
    'baseline',
    'signal',
    'stat',
    'unit',
    'direction',
    'baseline_lower',
    'baseline_upper',
    'variant_lower',
    'variant_upper',
  ];
  const panel = table(
    {
      id: 3,
      title: 'Where it differs: latency p95 by route',
      description:
        'Each route by itself, over the whole time range. Routes that only one variant serves have no difference.',
      gridPos: { x: 0, y: 26, w: 12, h: 9 },
    },
    flaglensQuery('A', {
      queryType: 'compare',
      flag,
      signals: ['latency'],
      stats: ['p95'],
      groupBy: ['route'],
      format: 'table',
    })
  );
  for (const name of hidden) {
    panel.overrideByName(name, [{ id: 'custom.hidden', value: true }]);
  }
  // A row of a table can be of any signal, so its frame has no unit; all rows of this one are latencies.
  for (const [name, displayName] of [
    ['baseline_value', 'Baseline'],
    ['variant_value', 'Feature'],
    ['difference', 'Difference'],
  ] as const) {
    panel.overrideByName(name, [
      { id: 'unit', value: 's' },
      { id: 'displayName', value: displayName },
    ]);
  }
  return panel;
}
