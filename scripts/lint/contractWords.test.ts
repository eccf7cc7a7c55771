import { Linter } from 'eslint';
import { parser } from 'typescript-eslint';

import { contractWords } from './contractWords.mjs';

/** The sets of words that a source types by hand. */
function typedIn(source: string): string[] {
  const messages = new Linter().verify(source, {
    languageOptions: { parser },
    plugins: { contract: contractWords },
    rules: { 'contract/no-hand-typed': 'error' },
  });
  return messages.map(({ message }) => /words of (\w+)/.exec(message)?.[1] ?? message);
}

test.each([
  ['a list of all', "const all = ['strict', 'brisk'];", 'PROFILES'],
  ['a list of some', "const bare = new Set(['withheld', 'no data']);", 'STATES'],
  ['a list that a validator takes', "z.enum(['rollout', 'range']);", 'BEGINNINGS'],
  ['a list in another order', "const all = ['improved', 'regressed'] as const;", 'STATES'],
  ['all of them, typed', "const all: Profile[] = ['brisk', 'strict'];", 'PROFILES'],
  ['typed by another set', "const some: Role[] = ['regressed', 'withheld'];", 'STATES'],
  ['a union', "type Share = 'fair' | 'mismatch';", 'SHARE_STATES'],
  ['a union in a place', "const f = (role: 'baseline' | 'feature') => role;", 'ROLES'],
  ['columns of a frame', "const TEXT = ['reason', 'headline'];", 'VERDICT_COLUMNS'],
])('%s is found', (_, source, set) => {
  expect(typedIn(source)).toEqual([set]);
});

test.each([
  ['a choice that the compiler holds to its type', "const shown: readonly VerdictStat[] = ['lower', 'upper'];"],
  ['what satisfies it', "const shown = ['lower', 'upper'] satisfies VerdictStat[];"],
  ['one word', "const asked = { roles: ['baseline'] };"],
  ['other words', "type Part = 'cumulative' | 'shift';"],
  ['more than the contract has', "const all = ['strict', 'brisk', 'reckless'];"],
  ['parts of a type by name', "type Ends = Pick<Row, 'lower' | 'upper'>;"],
  ['names for each word', "const names: Record<Profile, string> = { strict: 'Strict', brisk: 'Brisk' };"],
  ['numbers and gaps', 'const numbers = [1, , 2];'],
])('%s is none', (_, source) => {
  expect(typedIn(source)).toEqual([]);
});
