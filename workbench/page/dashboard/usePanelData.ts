import {
  type CoreApp,
  type DataQueryRequest,
  type DataSourceApi,
  LoadingState,
  type PanelData,
  rangeUtil,
  type TimeRange,
} from '@grafana/data';
import type { DataQuery } from '@grafana/schema';
import { useEffect, useRef, useState } from 'react';

import { runRequest } from '../host/runRequest';

interface PanelQuery {
  datasource: DataSourceApi;
  targets: DataQuery[];
  range: TimeRange;
  /** Pixels that a point can have at best. */
  width: number;
  /** Changes when variables do. */
  version: string;
  app: CoreApp;
  panelId: number;
  interval?: string | undefined;
  maxDataPoints?: number | undefined;
  /** False while something that the query needs is not known yet. */
  enabled: boolean;
}

const fallbackWidth = 600;
let requests = 0;

/** The request that Grafana would make for a panel. */
export function makeRequest(query: Omit<PanelQuery, 'enabled' | 'version'>): DataQueryRequest {
  const { datasource, targets, range, width, app, panelId } = query;
  const maxDataPoints = query.maxDataPoints ?? Math.max(1, Math.floor(width));
  const { interval, intervalMs } = rangeUtil.calculateInterval(
    range,
    maxDataPoints,
    query.interval ?? datasource.interval
  );
  return {
    requestId: `Q${++requests}`,
    app,
    panelId,
    range,
    interval,
    intervalMs,
    maxDataPoints,
    timezone: 'browser',
    targets,
    startTime: Date.now(),
    scopedVars: {
      __interval: { text: interval, value: interval },
      __interval_ms: { text: String(intervalMs), value: intervalMs },
    },
  };
}

/** Asks a panel's queries, and keeps the last answer while the next one is under way. */
export function usePanelData(query: PanelQuery): PanelData {
  const { datasource, targets, range, version, enabled } = query;
  const [data, setData] = useState<PanelData>({ state: LoadingState.NotStarted, series: [], timeRange: range });
  // The newest query is asked when the time, the variables or the targets change, not for each pixel of a resize.
  const latest = useRef(query);
  latest.current = query;
  const measured = query.width > 0;
  useEffect(() => {
    if (!enabled || !measured) {
      return;
    }
    const { width } = latest.current;
    const request = makeRequest({ ...latest.current, width: width || fallbackWidth });
    const subscription = runRequest(datasource, request).subscribe((answer) =>
      setData((before) => (answer.state === LoadingState.Loading ? { ...before, state: LoadingState.Loading } : answer))
    );
    return () => subscription.unsubscribe();
  }, [datasource, targets, range, version, enabled, measured]);
  return data;
}
