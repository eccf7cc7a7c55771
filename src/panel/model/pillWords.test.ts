import { readVerdicts } from '../frames/verdicts';
import { LATENCY_REGRESSED, verdictFrame } from '../testing/verdictFrame';
import { fitting, verdictWords } from './pillWords';

test('a verdict is said ever shorter, and its number stays to the last', () => {
  const [verdict] = readVerdicts(verdictFrame({ ...LATENCY_REGRESSED, tags: 'observational' })) ?? [];
  const said = verdict ? verdictWords(verdict, false, '') : [];
  const texts = said.map(({ title, detail, tags }) => [title, detail, tags].filter((part) => part !== '').join(' | '));
  expect(texts).toEqual([
    'Slower | 9.0% of requests take over 250 ms, 5.0% with off (+4.0 pp, +2.1 to +5.5; +1.2 tolerated) | observational',
    'Slower | 9.0% of requests take over 250 ms, 5.0% with off (+4.0 pp, +2.1 to +5.5; +1.2 tolerated)',
    'Slower | 9.0% of requests take over 250 ms, 5.0% with off (+4.0 pp, +2.1 to +5.5)',
    'Slower | latency over 250 ms +4.0 pp',
    'Slower | +4.0 pp',
    '+4.0 pp',
  ]);
  expect(texts.every((text) => text.includes('+4.0 pp'))).toBe(true);
});

test.each([
  ['the longest that fits', [300, 200, 100], 250, null, 1],
  ['the shortest where none does', [300, 200, 100], 50, null, 2],
  ['what is shown, where longer words fit but just', [300, 200, 100], 305, 1, 1],
  ['longer words with room to spare', [300, 200, 100], 312, 1, 0],
  ['shorter words as soon as what is shown does not fit', [300, 200, 100], 199, 1, 2],
] as const)('%s', (_, widths, room, shown, want) => {
  expect(fitting(widths, room, shown)).toBe(want);
});
