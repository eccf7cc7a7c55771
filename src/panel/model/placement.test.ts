import { moveCursor, snapTo } from './cursor';
import { placeTooltip, spreadLabels } from './placement';

describe('placeTooltip', () => {
  const size = { width: 100, height: 50 };
  const bounds = { width: 400, height: 200 };

  it('stands beside the anchor, never over it', () => {
    const { left, top } = placeTooltip(size, bounds, { x: 100, y: 100 }, []);
    expect(left).toBeGreaterThan(100);
    expect(Math.abs(top + 25 - 100)).toBeLessThanOrEqual(12);
  });

  it('changes sides where there is no room', () => {
    expect(placeTooltip(size, bounds, { x: 380, y: 100 }, []).left).toBeLessThan(280);
  });

  it('keeps clear of lines, however near the pointer is to them', () => {
    const line = Array.from({ length: 80 }, (_, index) => ({ x: index * 5, y: 100 }));
    const { top } = placeTooltip(size, bounds, { x: 100, y: 100 }, line);
    expect(top + 50 < 100 || top > 100).toBe(true);
  });

  it('stays in the panel, even where it does not fit', () => {
    for (let x = 0; x <= 400; x += 20) {
      for (let y = 0; y <= 200; y += 20) {
        const place = placeTooltip(size, bounds, { x, y }, []);
        expect(place.left).toBeGreaterThanOrEqual(0);
        expect(place.top).toBeGreaterThanOrEqual(0);
        expect(place.left + size.width).toBeLessThanOrEqual(bounds.width);
        expect(place.top + size.height).toBeLessThanOrEqual(bounds.height);
      }
    }
    expect(placeTooltip({ width: 900, height: 900 }, bounds, { x: 10, y: 10 }, [])).toEqual({ left: 0, top: 0 });
  });

  it('would rather cover tracks than what stands beside them', () => {
    expect(placeTooltip(size, bounds, { x: 180, y: 100 }, [], 200).left).toBeLessThan(180);
  });
});

describe('spreadLabels', () => {
  test.each([
    [
      [10, 50, 90],
      [10, 50, 90],
    ],
    [
      [50, 52],
      [50, 66],
    ],
    [
      [95, 97],
      [76, 92],
    ],
    [
      [97, 95],
      [92, 76],
    ],
    [[-5], [8]],
  ])('%p become %p', (wanted, placed) => {
    expect(spreadLabels(wanted, 100, 16)).toEqual(placed);
  });
});

describe('the crosshair', () => {
  const times = Array.from({ length: 30 }, (_, index) => index * 10);

  test.each([
    [null, 1, false, 0],
    [null, -1, false, 290],
    [null, 1, true, 0],
    [50, 1, false, 60],
    [50, -1, false, 40],
    [50, 1, true, 150],
    [50, -1, true, 0],
    [290, 1, false, 290],
    [52, 1, false, 60],
  ] as const)('from %p by %p, shift %p, comes to %p', (from, direction, shift, time) => {
    expect(moveCursor(times, from, direction, shift)).toBe(time);
  });

  it('has nowhere to go without samples', () => {
    expect(moveCursor([], null, 1, false)).toBeNull();
    expect(snapTo([], 50)).toBeNull();
  });

  it('snaps to samples', () => {
    expect(snapTo(times, 145)).toBe(140);
  });
});
