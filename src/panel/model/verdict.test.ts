import { LATENCY_REGRESSED, verdictFrame, type VerdictRow } from '../testing/verdictFrame';
import { readVerdicts, type Verdict } from '../frames/verdicts';
import { forestAxis, forestX, placeInterval } from './forest';
import { marginLine } from './marginLine';
import { byDamage, inMargins, intervalInMargins } from './verdict';

function verdictOf(row: VerdictRow): Verdict {
  const [verdict] = readVerdicts(verdictFrame(row)) ?? [];
  if (!verdict) {
    throw new Error('no verdict');
  }
  return verdict;
}

test('verdicts are ordered by state, then evidence, then the difference in margins', () => {
  const rows: VerdictRow[] = [
    { signal: 'a', state: 'improved' },
    { signal: 'b', state: 'inconclusive', evidence: 0.1, difference: 0.001 },
    { signal: 'c', state: 'inconclusive', evidence: 0.1, difference: 0.002 },
    { signal: 'd', state: 'withheld' },
    { signal: 'e', state: 'inconclusive', evidence: 0.7 },
    { signal: 'f', state: 'regressed' },
    { signal: 'g', state: 'within margin' },
  ];
  const signals = byDamage(rows.map(verdictOf)).map(({ signal }) => signal);
  expect(signals).toEqual(['f', 'd', 'e', 'c', 'b', 'g', 'a']);
});

describe('a difference in multiples of the margin', () => {
  test.each<[VerdictRow, number | null]>([
    [{ difference: 0.0025, margin: 0.0025 }, 1],
    [{ difference: -0.0025, margin: 0.0025 }, -1],
    // Less is worse where more is better.
    [{ difference: -0.005, margin: -0.0025, direction: 'higher' }, 2],
    [{ difference: 1, margin: 0.5, direction: 'neutral' }, null],
    [{ difference: 1, margin: 0 }, null],
  ])('%p is %p', (row, multiple) => {
    const verdict = verdictOf(row);
    expect(inMargins(verdict, verdict.difference)).toBe(multiple);
  });

  it('has the interval from better to worse, whichever way that is', () => {
    expect(
      intervalInMargins(
        verdictOf({ lower: -0.004, upper: 0.002, difference: -0.001, margin: 0.002, direction: 'higher' })
      )
    ).toEqual({ low: -1, high: 2, at: 0.5 });
  });

  it('leaves open what nothing bounds', () => {
    expect(intervalInMargins(verdictOf({ lower: 0.001, upper: Infinity, difference: 0.002, margin: 0.001 }))).toEqual({
      low: 1,
      high: Infinity,
      at: 2,
    });
  });

  it('takes the margin line for no difference where nothing worse is tolerated', () => {
    const verdict = verdictOf({ lower: -0.001, upper: 0.002, difference: 0, margin: 0, margin_absolute: 0 });
    expect(intervalInMargins(verdict)).toEqual({ low: 0.5, high: 2, at: 1 });
  });
});

describe('the axis of intervals', () => {
  it('always shows the margin with room on both sides, and never gives all of it to one', () => {
    expect(forestAxis([null])).toEqual({ from: -1, to: 2.5 });
    const wide = forestAxis([{ low: -50, high: Infinity, at: null }]);
    expect(wide).toEqual({ from: -4, to: 6 });
  });

  it('places intervals, with arrows where they go on', () => {
    const axis = { from: -1, to: 3 };
    expect(forestX(1, axis, 100)).toBe(50);
    expect(placeInterval({ low: 0, high: Infinity, at: 2 }, axis, 100)).toEqual({
      left: 25,
      right: 100,
      at: 75,
      multiple: '',
      openLeft: false,
      openRight: true,
    });
  });

  it('leave a stub that points to what lies wholly beyond', () => {
    const axis = { from: -1, to: 3 };
    const beyond = placeInterval({ low: 9, high: 12, at: 10 }, axis, 100);
    expect(beyond).toEqual({ left: 84, right: 100, at: null, openLeft: false, openRight: true, multiple: '10x' });
    expect(placeInterval({ low: -9, high: -8, at: -8.5 }, axis, 100)).toMatchObject({
      left: 0,
      right: 16,
      openLeft: true,
    });
  });
});

describe('the margin line', () => {
  it('follows the baseline by the relative margin, the absolute one, or both', () => {
    const both = verdictOf({ margin: 0.0014, margin_relative: 0.1, margin_absolute: 0.001, baseline_value: 0.004 });
    const line = marginLine(both, [0.01, null, undefined]) ?? [];
    expect(line[0]).toBeCloseTo(0.012, 12);
    expect(line.slice(1)).toEqual([null, undefined]);
  });

  it('lies below the baseline where higher is better', () => {
    const row = { margin: -1, margin_relative: 0, margin_absolute: 1, direction: 'higher' };
    expect(marginLine(verdictOf(row), [10])).toEqual([9]);
  });

  it('is not there for a histogram, whose margin is about a share', () => {
    expect(marginLine(verdictOf(LATENCY_REGRESSED), [0.2])).toBeNull();
  });
});
