import { goldenFrames } from '../testing/frames';
import { exemplarsOf, placeExemplars } from './exemplars';
import { TimeAxis } from './timeAxis';
import { viewOf } from './view';

const frames = goldenFrames('exemplars');
const exemplars = exemplarsOf(frames);
const nine = Date.UTC(2026, 10, 2, 9);
const place = {
  signal: 'latency',
  hidden: new Set<string>(),
  axis: new TimeAxis(nine, nine + 480_000, 'utc'),
  scale: { min: 0, max: 0.1 },
};
const subject = { key: '', flag: 'checkout-v2', group: {}, label: '' };

it('places marks by time and value, and those beyond the axis at its edge', () => {
  expect(
    placeExemplars(exemplars, subject, place).map(({ exemplar: { variant }, x, y, beyond }) => [variant, x, y, beyond])
  ).toEqual([
    ['on', 72_345 / 480_000, 1 - 0.44, null],
    ['off', 252_345 / 480_000, 1 - 0.48, null],
    ['on', 252_345 / 480_000, 0, 'above'],
  ]);
  const [low] = placeExemplars(exemplars, subject, { ...place, scale: { min: 0.045, max: 0.1 } });
  expect(low).toMatchObject({ y: 1, beyond: 'below' });
  const endless = exemplars.map((exemplar) => ({ ...exemplar, value: Infinity }));
  expect(placeExemplars(endless, subject, place)[0]).toMatchObject({ y: 0, beyond: 'above' });
});

it.each([
  ['another signal', { signal: 'errors' }, subject, 0],
  ['a variant that is hidden', { hidden: new Set(['on']) }, subject, 1],
  ['a later range', { axis: new TimeAxis(nine + 240_000, nine + 480_000, 'utc') }, subject, 2],
  ['another flag', {}, { ...subject, flag: 'search-ranking' }, 0],
  ['the group that it is of', {}, { ...subject, group: { route: '/checkout' } }, 3],
  ['another group', {}, { ...subject, group: { route: '/cart' } }, 0],
  ['a group that it does not name', {}, { ...subject, group: { region: 'eu' } }, 3],
])('%s', (_, change, about, count) => {
  expect(placeExemplars(exemplars, about, { ...place, ...change })).toHaveLength(count);
});

it('leaves the series as they are', () => {
  const without = frames.filter(({ name }) => name !== 'exemplar');
  expect(viewOf(frames, { maxFeatures: 4 })).toEqual(viewOf(without, { maxFeatures: 4 }));
});
