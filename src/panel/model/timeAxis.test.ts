import { precisionOf, precisionOfSamples, TimeAxis } from './timeAxis';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const nine = Date.UTC(2026, 10, 2, 9);

test('times turn into pixels and back', () => {
  const x = new TimeAxis(nine, nine + HOUR, 'utc').pixels(40, 640);
  expect([nine, nine + HOUR / 2, nine + HOUR].map(x)).toEqual([40, 340, 640]);
  expect(x.invert(190)).toBe(nine + 15 * MINUTE);
});

test.each([
  ['its beginning', 0, undefined, true],
  ['its end', 60, undefined, true],
  ['a moment before', -1, undefined, false],
  ['a moment after', 61, undefined, false],
  ['a stretch that reaches into it', -30, 1, true],
  ['a stretch around it', -30, 90, true],
  ['a stretch before it', -30, -1, false],
])('shows %s: %p to %p minutes, %p', (_, start, end, shown) => {
  const axis = new TimeAxis(nine, nine + HOUR, 'utc');
  expect(axis.shows(nine + start * MINUTE, end === undefined ? undefined : nine + end * MINUTE)).toBe(shown);
});

test('limits times to its range', () => {
  const axis = new TimeAxis(10, 20, 'utc');
  expect([0, 15, 30].map((time) => axis.limit(time))).toEqual([10, 15, 20]);
});

test.each([
  ['utc', '09:00', '09:00:00', '2 Nov', '2 Nov 09:00'],
  ['Asia/Kolkata', '14:30', '14:30:00', '2 Nov', '2 Nov 14:30'],
  ['Pacific/Honolulu', '23:00', '23:00:00', '1 Nov', '1 Nov 23:00'],
])('writes times in the zone %s', (zone, minute, second, day, dated) => {
  const axis = new TimeAxis(nine, nine + HOUR, zone);
  expect([axis.format(nine, 'minute'), axis.format(nine, 'second'), axis.format(nine, 'day')]).toEqual([
    minute,
    second,
    day,
  ]);
  expect(axis.formatDated(nine, 'minute')).toBe(dated);
});

test.each([
  [5 * MINUTE, 6, ['09:00', '09:01', '09:02', '09:03', '09:04', '09:05']],
  [MINUTE, 3, ['09:00:00', '09:00:30', '09:01:00']],
  [DAY, 3, ['12:00', '00:00']],
  [90 * DAY, 3, ['3 Nov', '3 Dec', '2 Jan']],
])('has round ticks over %p ms, at most %p', (length, most, texts) => {
  expect(new TimeAxis(nine, nine + length, 'utc').ticks(most).map(({ text }) => text)).toEqual(texts);
});

test('the precision follows the distance of times', () => {
  expect([30_000, MINUTE, HOUR, DAY].map(precisionOf)).toEqual(['second', 'minute', 'minute', 'day']);
  expect(precisionOfSamples([0, 15_000, 30_000])).toBe('second');
  expect(precisionOfSamples([0, DAY, 2 * DAY])).toBe('minute');
});
