import { goTally } from './goTally';

function events(...lines: Array<[action: string, pkg: string, test?: string]>): string {
  return lines.map(([Action, Package, Test]) => JSON.stringify({ Action, Package, Test })).join('\n');
}

test.each([
  ['nothing', '', { passed: 0, failed: 0, skipped: 0 }],
  ['one test', events(['pass', 'p', 'TestA'], ['pass', 'p']), { passed: 1, failed: 0, skipped: 0 }],
  [
    'subtests, and not their parent',
    events(['pass', 'p', 'TestA/x'], ['fail', 'p', 'TestA/y'], ['fail', 'p', 'TestA'], ['fail', 'p']),
    { passed: 1, failed: 1, skipped: 0 },
  ],
  [
    'the same name in two packages',
    events(['pass', 'p', 'TestA'], ['skip', 'q', 'TestA']),
    { passed: 1, failed: 0, skipped: 1 },
  ],
  [
    'a package that does not build',
    events(['fail', 'p']) + '\n# p\n./x.go:1: broken',
    { passed: 0, failed: 1, skipped: 0 },
  ],
  ['text that is no event', '{broken\nFAIL p', { passed: 0, failed: 0, skipped: 0 }],
])('counts %s', (_, output, want) => {
  expect(goTally(output)).toEqual(want);
});
