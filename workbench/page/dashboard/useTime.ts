import { rangeUtil, type TimeRange } from '@grafana/data';
import { locationService } from '@grafana/runtime';
import { useCallback, useEffect, useMemo, useState } from 'react';

import { useAddress } from '../app/useAddress';
import { evaluateRange } from './timeRange';

interface Defaults {
  from: string;
  to: string;
  refresh: string;
}

/** A page's time: what its address says, and how often it is looked at anew. */
export interface Time {
  range: TimeRange;
  /** The interval of the refresh, like 5s; empty: none. */
  refresh: string;
  /** Looks at the range anew. */
  renew: () => void;
}

/** Reads range and refresh from the address, and evaluates the range again at each refresh. */
export function useTime(defaults: Defaults): Time {
  const { search } = useAddress();
  const from = search.get('from') ?? defaults.from;
  const to = search.get('to') ?? defaults.to;
  const refresh = search.get('refresh') ?? defaults.refresh;
  const [moment, setMoment] = useState(0);
  const renew = useCallback(() => setMoment((count) => count + 1), []);
  useEffect(() => {
    if (refresh === '') {
      return;
    }
    const timer = setInterval(() => {
      // A tab that nobody sees asks nothing.
      if (document.visibilityState === 'visible') {
        renew();
      }
    }, rangeUtil.intervalToMs(refresh));
    return () => clearInterval(timer);
  }, [refresh, renew]);
  // The moment is what makes a relative range mean something else.
  const range = useMemo(() => ({ moment, range: evaluateRange(from, to) }), [from, to, moment]).range;
  return { range, refresh, renew };
}

/** Puts a new interval of the refresh into the address; empty turns it off. */
export function setRefresh(refresh: string): void {
  locationService.partial({ refresh }, true);
}
