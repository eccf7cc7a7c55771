import { DashboardCursorSync, DataHoverClearEvent, DataHoverEvent, type EventBus } from '@grafana/data';
import { usePanelContext } from '@grafana/ui';
import { useCallback, useEffect, useRef, useState } from 'react';
import { nearestIndex } from '../../model/timeline';

/** Who moved the crosshair: the user in this panel, or another panel. */
export type CrosshairSource = 'pointer' | 'keyboard' | 'remote';

/** Where the crosshair stands. `y` is the pointer's height in the tracks; null when no pointer is there. */
export interface CrosshairState {
  time: number;
  y: number | null;
  source: CrosshairSource;
}

/** The crosshair and what moves it. */
export interface Crosshair {
  state: CrosshairState | null;
  /** Whether this panel shows its tooltip: for its own user, or for another panel's where the dashboard shares tooltips. */
  showsTooltip: boolean;
  moveTo: (time: number, source: 'pointer' | 'keyboard', y?: number | null) => void;
  clear: () => void;
}

/**
 * One crosshair for all tracks, shared with the dashboard's other panels over Grafana's event bus as far as the
 * dashboard's setting allows.
 */
export function useCrosshair(eventBus: EventBus, times: readonly number[]): Crosshair {
  const [state, setState] = useState<CrosshairState | null>(null);
  const { sync: readSync } = usePanelContext();
  // A host without that setting has no dashboard to disturb.
  const sync = readSync?.() ?? DashboardCursorSync.Crosshair;
  const shared = sync !== DashboardCursorSync.Off;
  const publishing = useRef(false);

  const publish = useCallback(
    (event: DataHoverEvent | DataHoverClearEvent) => {
      if (!shared) {
        return;
      }
      // The bus hands an event to its own sender as well.
      publishing.current = true;
      try {
        eventBus.publish(event);
      } finally {
        publishing.current = false;
      }
    },
    [eventBus, shared]
  );

  useEffect(() => {
    if (!shared) {
      return;
    }
    const hover = eventBus.getStream(DataHoverEvent).subscribe(({ payload }) => {
      const wanted = payload.point.time;
      if (publishing.current || typeof wanted !== 'number') {
        return;
      }
      const time = times[nearestIndex(times, wanted)];
      setState(time === undefined ? null : { time, y: null, source: 'remote' });
    });
    const leave = eventBus.getStream(DataHoverClearEvent).subscribe(() => {
      if (!publishing.current) {
        setState((current) => (current?.source === 'remote' ? null : current));
      }
    });
    return () => {
      hover.unsubscribe();
      leave.unsubscribe();
    };
  }, [eventBus, shared, times]);

  const moveTo = useCallback(
    (time: number, source: 'pointer' | 'keyboard', y: number | null = null) => {
      setState({ time, y, source });
      publish(new DataHoverEvent({ point: { time } }));
    },
    [publish]
  );

  const clear = useCallback(() => {
    setState(null);
    publish(new DataHoverClearEvent());
  }, [publish]);

  const showsTooltip = state !== null && (state.source !== 'remote' || sync === DashboardCursorSync.Tooltip);
  return { state, showsTooltip, moveTo, clear };
}
