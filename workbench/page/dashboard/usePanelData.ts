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
import { Subscription } from 'rxjs';

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

/** A request that is under way. */
interface Running {
  /** What it asks: all but the moment of a relative range. */
  what: unknown[];
  subscription: Subscription;
  /** Whether the same was asked for again meanwhile. */
  again: boolean;
}

/**
 * Asks a panel's queries, and keeps the last answer while the next one is under way. Another question takes the place of
 * one under way; a refresh of the same waits for its answer, so that a slow server is heard however short the interval.
 */
export function usePanelData(query: PanelQuery): PanelData {
  const { datasource, targets, range, version, enabled } = query;
  const [data, setData] = useState<PanelData>({ state: LoadingState.NotStarted, series: [], timeRange: range });
  const [turn, setTurn] = useState(0);
  const running = useRef<Running>(undefined);
  // The newest query is asked when the time, the variables or the targets change, not for each pixel of a resize.
  const latest = useRef(query);
  latest.current = query;
  const measured = query.width > 0;
  useEffect(() => {
    if (!enabled || !measured) {
      return;
    }
    const what = [datasource, targets, version, JSON.stringify(range.raw)];
    const before = running.current;
    if (before?.what.every((part, index) => part === what[index])) {
      before.again = true;
      return;
    }
    before?.subscription.unsubscribe();
    const mine: Running = { what, subscription: Subscription.EMPTY, again: false };
    running.current = mine;
    const { width } = latest.current;
    const request = makeRequest({ ...latest.current, width: width || fallbackWidth });
    mine.subscription = runRequest(datasource, request).subscribe({
      next: (answer) =>
        setData((last) =>
          // Grafana, too, hands out the frames of the last answer with the request that is under way.
          answer.state === LoadingState.Loading
            ? { ...answer, series: last.series, annotations: last.annotations ?? [] }
            : answer
        ),
      complete: () => {
        running.current = undefined;
        if (mine.again) {
          setTurn((count) => count + 1);
        }
      },
    });
  }, [datasource, targets, range, version, enabled, measured, turn]);
  useEffect(
    () => () => {
      running.current?.subscription.unsubscribe();
      running.current = undefined;
    },
    []
  );
  return data;
}
