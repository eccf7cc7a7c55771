import { LoadingState, type PanelData } from '@grafana/data';
import { useState } from 'react';

/** The data to show: while an answer is on its way and empty, the frames of the last one stay. */
export function useLastAnswer(data: PanelData): PanelData {
  const [last, setLast] = useState(data);
  const waiting = data.state === LoadingState.Loading && data.series.length === 0;
  if (!waiting && data !== last) {
    setLast(data);
  }
  return waiting ? { ...data, series: last.series } : data;
}
