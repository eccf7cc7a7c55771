import { dateTime, isDateTime, type RawTimeRange, rangeUtil, type TimeRange } from '@grafana/data';

function bound(text: string) {
  return /^\d+$/.test(text) ? dateTime(Number(text)) : text;
}

/** The range that the texts of an address mean at this moment: now-15m and the like, or unix milliseconds. */
export function evaluateRange(from: string, to: string): TimeRange {
  const raw = { from: bound(from), to: bound(to) };
  const range = rangeUtil.convertRawToRange(raw);
  return range.from.isValid() && range.to.isValid()
    ? range
    : rangeUtil.convertRawToRange({ from: 'now-15m', to: 'now' });
}

/** How a range stands in an address. */
export function rangeParams({ from, to }: RawTimeRange): { from: string; to: string } {
  const text = (value: RawTimeRange['from']) => (isDateTime(value) ? String(value.valueOf()) : value);
  return { from: text(from), to: text(to) };
}

/** Moves a range by half its length. */
export function shiftRange(range: TimeRange, direction: -1 | 1): RawTimeRange {
  const half = (range.to.valueOf() - range.from.valueOf()) / 2;
  const move = (value: number) => dateTime(value + direction * half);
  return { from: move(range.from.valueOf()), to: move(range.to.valueOf()) };
}

/** Doubles a range around its middle. */
export function widenRange(range: TimeRange): RawTimeRange {
  const half = (range.to.valueOf() - range.from.valueOf()) / 2;
  return { from: dateTime(range.from.valueOf() - half), to: dateTime(range.to.valueOf() + half) };
}
