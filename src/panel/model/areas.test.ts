import { areasBetween } from './areas';

test('lines that cross are split at the crossing', () => {
  const runs = areasBetween([0, 10], [0, 10], [10, 0]);
  expect(runs).toEqual([
    { above: true, xs: [0, 5], first: [0, 5], second: [10, 5] },
    { above: false, xs: [5, 10], first: [5, 10], second: [5, 0] },
  ]);
});

test('a gap in either line ends the area', () => {
  const runs = areasBetween([0, 1, 2, 3, 4], [1, 1, null, 1, 1], [2, 2, 2, 2, 2]);
  expect(runs.map(({ xs }) => xs)).toEqual([
    [0, 1],
    [3, 4],
  ]);
});

test('a lone sample has no area', () => {
  expect(areasBetween([0, 1, 2], [1, null, 1], [2, 2, null])).toEqual([]);
});

test('a line on a coarser grid is read where it is drawn', () => {
  const [run] = areasBetween([0, 1, 2], [0, undefined, 2], [3, 3, 3]);
  expect(run?.first).toEqual([0, 1, 2]);
});

test('lines that touch and part again stay one area a side', () => {
  const runs = areasBetween([0, 1, 2], [1, 1, 1], [2, 1, 0]);
  expect(
    runs.filter(({ first, second }) => first.some((y, index) => y !== second[index])).map(({ above }) => above)
  ).toEqual([true, false]);
});
