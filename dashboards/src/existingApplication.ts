import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { flaglensDashboard } from './dashboard';
import { flaglensQuery } from './flaglensQuery';
import { heatmap, stat, timeseries } from './panels';

const flag = '${flag}';

/** *Existing application*: the baseline alone. No feature's series is read, so none can colour it. */
export function existingApplicationDashboard(): Dashboard {
  return flaglensDashboard({
    uid: 'flaglens-existing-application',
    title: 'Existing application',
    description:
      'The baseline of one flag alone: how the application does for the requests that the feature never touched.',
    from: 'now-15m',
    sibling: { uid: 'flaglens-feature', title: 'Feature' },
  })
    .withPanel(
      stat(
        {
          id: 1,
          title: 'Latency p95',
          description: 'Of the baseline, the newest value.',
          gridPos: { x: 0, y: 0, w: 8, h: 5 },
        },
        baseline('latency', { quantiles: [0.95], stats: ['p95'] })
      )
    )
    .withPanel(
      stat(
        {
          id: 2,
          title: 'Errors',
          description: 'Share of the requests of the baseline.',
          gridPos: { x: 8, y: 0, w: 8, h: 5 },
        },
        baseline('errors')
      )
    )
    .withPanel(
      stat(
        {
          id: 3,
          title: 'Requests a second',
          description: 'Requests of the baseline.',
          gridPos: { x: 16, y: 0, w: 8, h: 5 },
        },
        baseline('throughput', { stats: ['rate'] })
      )
    )
    .withPanel(
      timeseries(
        {
          id: 4,
          title: 'Latency',
          description: 'Percentiles and mean of the baseline.',
          gridPos: { x: 0, y: 5, w: 24, h: 9 },
        },
        baseline('latency')
      )
    )
    .withPanel(
      timeseries(
        {
          id: 5,
          title: 'Errors',
          description: 'Share of the requests of the baseline.',
          gridPos: { x: 0, y: 14, w: 12, h: 8 },
        },
        baseline('errors')
      )
    )
    .withPanel(
      timeseries(
        {
          id: 6,
          title: 'Requests a second',
          description: 'Requests of the baseline.',
          gridPos: { x: 12, y: 14, w: 12, h: 8 },
        },
        baseline('throughput', { stats: ['rate'] })
      )
    )
    .withPanel(
      heatmap(
        {
          id: 7,
          title: 'Latency distribution',
          description: 'Requests a second in each bucket of the histogram.',
          gridPos: { x: 0, y: 22, w: 24, h: 9 },
        },
        flaglensQuery('A', { queryType: 'distribution', flag, signals: ['latency'], roles: ['baseline'] })
      )
    )
    .build();
}

function baseline(signal: string, narrow: { quantiles?: number[]; stats?: string[] } = {}) {
  return flaglensQuery('A', { queryType: 'split', flag, signals: [signal], roles: ['baseline'], ...narrow });
}
