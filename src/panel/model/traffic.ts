import { type Line, type SignalView, type StatView } from './signals';
import { lastValue } from './timeline';

/** A variant's band in the stack of traffic shares; null where no variant has traffic. */
export interface ShareBand {
  variant: string;
  bottom: Array<number | null>;
  top: Array<number | null>;
}

/** Each variant's part of the traffic, and the latest split. */
export interface TrafficView {
  stat: StatView;
  /** From the bottom of the stack to its top; the baseline lies on top. */
  bands: ShareBand[];
  /** Shares at the end of the range in the order of `variants`; null where a variant has none. */
  latest: Array<number | null>;
  variants: string[];
}

/** The track of traffic shares, or null when the data has none. */
export function trafficOf(signals: readonly SignalView[], features: readonly string[]): TrafficView | null {
  const stat = signals.flatMap((signal) => signal.stats).find((candidate) => candidate.stat === 'share');
  if (!stat) {
    return null;
  }
  const featureLines = features
    .map((variant) => stat.features.get(variant)?.value)
    .filter((line): line is Line => line !== null && line !== undefined);
  const bottomUp = stat.baseline ? [...featureLines, stat.baseline] : featureLines;
  const inOrder = stat.baseline ? [stat.baseline, ...featureLines] : featureLines;
  return {
    stat,
    bands: stack(bottomUp),
    variants: inOrder.map(({ variant }) => variant),
    latest: inOrder.map(({ points }) => lastValue(points)),
  };
}

/** A feature's latest part of all requests where there are several features; null where its verdict says it. */
export function shareOfWhole(traffic: TrafficView | null, variant: string): number | null {
  if (!traffic || traffic.variants.length <= 2) {
    return null;
  }
  return traffic.latest[traffic.variants.indexOf(variant)] ?? null;
}

function stack(bottomUp: readonly Line[]): ShareBand[] {
  const length = bottomUp[0]?.points.length ?? 0;
  const anyTraffic = Array.from({ length }, (_, index) =>
    bottomUp.some(({ points }) => typeof points[index] === 'number')
  );
  let floor: Array<number | null> = anyTraffic.map((any) => (any ? 0 : null));
  return bottomUp.map(({ variant, points }) => {
    const bottom = floor;
    const top = bottom.map((height, index) => (height === null ? null : height + (points[index] ?? 0)));
    floor = top;
    return { variant, bottom, top };
  });
}
