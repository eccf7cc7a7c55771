import { DISTRIBUTION, HEADER_ONLY_BELOW } from './heights';

/** The three parts of the distribution view. */
export type DistributionPart = 'cumulative' | 'shift' | 'time';

/** Which parts have room at once, in rows; the others are reached by buttons. */
export interface DistributionLayout {
  header: number;
  rows: DistributionPart[][];
  /** True where the parts are shown one at a time. */
  single: boolean;
}

const WIDE_FROM = 960;
const PAIR_FROM = 620;

/** Lays the view out for its size. `chosen` is what is shown where there is room for one part only. */
export function distributionLayout(
  width: number,
  height: number,
  chosen: DistributionPart,
  available: readonly DistributionPart[]
): DistributionLayout {
  if (height < HEADER_ONLY_BELOW) {
    return { header: height, rows: [], single: false };
  }
  const header = width >= WIDE_FROM ? DISTRIBUTION.header.line : DISTRIBUTION.header.lines;
  const has = (part: DistributionPart) => available.includes(part);
  const body = height - header;
  if (width >= WIDE_FROM) {
    return { header, rows: [available.filter(has)], single: false };
  }
  const pair = (['cumulative', 'shift'] as const).filter(has);
  const below = (['time'] as const).filter(has);
  const rows = (width >= PAIR_FROM ? [[...pair], [...below]] : available.map((part) => [part])).filter(
    (row) => row.length > 0
  );
  if (rows.length * DISTRIBUTION.leastRow <= body) {
    return { header, rows, single: false };
  }
  return {
    header: header + DISTRIBUTION.buttons,
    rows: [[has(chosen) ? chosen : (available[0] ?? chosen)]],
    single: true,
  };
}
