import type { Tally } from './tally';

interface GoEvent {
  Action: string;
  Package?: string;
  Test?: string;
}

/**
 * Counts the events of `go test -json`: each test without subtests of its own, each subtest, and each package that
 * failed without naming a test (it does not build, or its process died).
 */
export function goTally(output: string): Tally {
  const events = output.split('\n').flatMap(parseEvent);
  const parents = new Set(events.flatMap(({ Package, Test }) => parentsOf(Package ?? '', Test)));
  const tally: Tally = { passed: 0, failed: 0, skipped: 0 };
  const failedPackages = new Set<string>();
  const named = new Set<string>();
  for (const { Action, Package = '', Test } of events) {
    if (Test === undefined) {
      if (Action === 'fail') {
        failedPackages.add(Package);
      }
      continue;
    }
    const isLeaf = !parents.has(`${Package} ${Test}`);
    if (Action === 'pass' && isLeaf) {
      tally.passed++;
    } else if (Action === 'skip' && isLeaf) {
      tally.skipped++;
    } else if (Action === 'fail') {
      named.add(Package);
      if (isLeaf) {
        tally.failed++;
      }
    }
  }
  tally.failed += [...failedPackages].filter((name) => !named.has(name)).length;
  return tally;
}

function parseEvent(line: string): GoEvent[] {
  if (!line.startsWith('{')) {
    return [];
  }
  try {
    return [JSON.parse(line) as GoEvent];
  } catch {
    // A build error can begin with a brace too; it is no event.
    return [];
  }
}

function parentsOf(name: string, test: string | undefined): string[] {
  const parts = test?.split('/') ?? [];
  return parts.slice(1).map((_, index) => `${name} ${parts.slice(0, index + 1).join('/')}`);
}
