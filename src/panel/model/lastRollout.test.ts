import { readVerdicts } from '../frames/verdicts';
import { verdictFrame, type VerdictRow } from '../testing/verdictFrame';
import { lastRolloutOf } from './lastRollout';

const MINUTE = 60_000;

test.each<[string, VerdictRow, { from: number; to: number } | null]>([
  ['from its rollout to when it was seen last', { last_seen: 600 * MINUTE, rollout_start: 0 }, { from: -60 * MINUTE, to: 660 * MINUTE }],
  ['some minutes at least', { last_seen: 30 * MINUTE, rollout_start: 20 * MINUTE }, { from: 10 * MINUTE, to: 40 * MINUTE }],
  ['nothing where data still arrive', { last_seen: null, rollout_start: 0 }, null],
])('%s', (_, row, want) => {
  expect(lastRolloutOf(readVerdicts(verdictFrame(row)) ?? [], 60 * MINUTE)).toEqual(want);
});
