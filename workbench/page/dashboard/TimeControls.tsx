import { type RawTimeRange, type TimeRange } from '@grafana/data';
import { locationService } from '@grafana/runtime';
import { RefreshPicker, TimeRangePicker } from '@grafana/ui';

import { rangeParams, shiftRange, widenRange } from './timeRange';
import { setRefresh, type Time } from './useTime';

const intervals = ['5s', '10s', '30s', '1m', '5m'];

/** Chooses the time range and the refresh; both live in the address. */
export function TimeControls({ time, loading = false }: { time: Time; loading?: boolean }) {
  const { range, refresh, renew } = time;
  const apply = (raw: RawTimeRange) => locationService.partial(rangeParams(raw));
  return (
    <>
      <TimeRangePicker
        value={range}
        timeZone="browser"
        onChange={(chosen: TimeRange) => apply(chosen.raw)}
        onChangeTimeZone={() => undefined}
        onMoveBackward={() => apply(shiftRange(range, -1))}
        onMoveForward={() => apply(shiftRange(range, 1))}
        onZoom={() => apply(widenRange(range))}
        isOnCanvas
      />
      <RefreshPicker
        value={refresh}
        intervals={intervals}
        onIntervalChanged={setRefresh}
        onRefresh={renew}
        tooltip="Refresh"
        isLoading={loading}
        isOnCanvas
      />
    </>
  );
}
