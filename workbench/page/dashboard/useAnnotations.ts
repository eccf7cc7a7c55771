import { CoreApp, type DataFrame, type DataSourceApi, LoadingState, type TimeRange } from '@grafana/data';
import { useEffect, useState } from 'react';

import { runRequest } from '../host/runRequest';
import type { DashboardAnnotation } from './model';
import { makeRequest } from './usePanelData';

interface Annotations {
  annotations: DashboardAnnotation[];
  datasource: DataSourceApi;
  range: TimeRange;
  /** Changes when variables do. */
  version: string;
  /** False while something that the queries need is not known yet. */
  enabled: boolean;
}

/** Annotations are asked once for the whole dashboard; this many pixels are as many as there ever are. */
const width = 1000;
const noFrames: DataFrame[] = [];

/** Asks the dashboard's annotations of our datasource. What fails leaves the last answer: panels tell of failures. */
export function useAnnotations({ annotations, datasource, range, version, enabled }: Annotations): DataFrame[] {
  const [frames, setFrames] = useState(noFrames);
  useEffect(() => {
    const targets = annotations.flatMap(({ enable, target, datasource: asked }) =>
      enable !== false && target && asked?.type === datasource.type ? [{ refId: 'Annotations', ...target }] : []
    );
    if (!enabled || targets.length === 0) {
      return;
    }
    const request = makeRequest({ datasource, targets, range, width, app: CoreApp.Dashboard, panelId: 0 });
    const subscription = runRequest(datasource, request).subscribe(({ state, series }) => {
      if (state === LoadingState.Done) {
        setFrames(series);
      }
    });
    return () => subscription.unsubscribe();
  }, [annotations, datasource, range, version, enabled]);
  return frames;
}
