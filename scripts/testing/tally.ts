/** What a step of the tests counted. */
export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

const nothing: Tally = { passed: 0, failed: 0, skipped: 0 };

/** The sum of several tallies. */
export function sum(tallies: Tally[]): Tally {
  return tallies.reduce(
    (total, tally) => ({
      passed: total.passed + tally.passed,
      failed: total.failed + tally.failed,
      skipped: total.skipped + tally.skipped,
    }),
    nothing
  );
}

/** The closing line: `12 passed, 0 failed`, with the skipped ones where there are any. */
export function closingLine({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed` + (skipped > 0 ? `, ${skipped} skipped` : '');
}
