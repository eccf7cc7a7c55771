/** A point in pixels. */
export interface PixelPoint {
  x: number;
  y: number;
}

/** A size in pixels. */
export interface PixelSize {
  width: number;
  height: number;
}

const MARGIN = 14;
const STEP = 12;
/** Room between the tooltip and the panel's border. */
const EDGE = 4;
/** How near a line may come to the tooltip's edge. */
const CLEARANCE = 4;

function covers(left: number, top: number, size: PixelSize, point: PixelPoint): boolean {
  return (
    point.x >= left - CLEARANCE &&
    point.x <= left + size.width + CLEARANCE &&
    point.y >= top - CLEARANCE &&
    point.y <= top + size.height + CLEARANCE
  );
}

/**
 * Where a tooltip covers the fewest of the points that must stay visible: beside the anchor, right or left of it,
 * at the height nearest to it, rather over the tracks, `tracks` pixels wide, than over what stands beside them.
 * Always inside `bounds`.
 */
export function placeTooltip(
  size: PixelSize,
  bounds: PixelSize,
  anchor: PixelPoint,
  visible: readonly PixelPoint[],
  tracks: number = bounds.width
): { left: number; top: number } {
  const maxLeft = Math.max(0, bounds.width - size.width - EDGE);
  const maxTop = Math.max(0, bounds.height - size.height - EDGE);
  const right = anchor.x + MARGIN;
  const left = anchor.x - MARGIN - size.width;
  const lefts = [right, left].filter((candidate) => candidate >= 0 && candidate <= maxLeft);
  if (lefts.length === 0) {
    lefts.push(Math.min(maxLeft, Math.max(0, right)));
  }
  const tops: number[] = [];
  for (let top = 0; top < maxTop; top += STEP) {
    tops.push(top);
  }
  tops.push(maxTop);

  let best = { left: lefts[0] ?? 0, top: 0 };
  let lowest = Infinity;
  for (const candidate of lefts) {
    const outside = 2 * Math.max(0, candidate + size.width - tracks);
    for (const top of tops) {
      const covered = visible.filter((point) => covers(candidate, top, size, point)).length;
      const away = Math.abs(top + size.height / 2 - anchor.y);
      // One covered point outweighs any distance inside the panel.
      const cost = covered * 10_000 + away + outside;
      if (cost < lowest) {
        lowest = cost;
        best = { left: candidate, top };
      }
    }
  }
  return best;
}

/** Moves labels apart so that none overlaps its neighbour and none leaves the track; order is kept. */
export function spreadLabels(wanted: readonly number[], height: number, lineHeight: number): number[] {
  const order = wanted.map((_, index) => index).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0));
  const placed = wanted.map((y) => Math.min(height - lineHeight / 2, Math.max(lineHeight / 2, y)));
  let floor = -Infinity;
  for (const index of order) {
    placed[index] = Math.max(placed[index] ?? 0, floor + lineHeight);
    floor = placed[index] ?? floor;
  }
  let ceiling = height + lineHeight / 2;
  for (const index of order.reverse()) {
    placed[index] = Math.min(placed[index] ?? 0, ceiling - lineHeight);
    ceiling = placed[index] ?? ceiling;
  }
  return placed;
}
