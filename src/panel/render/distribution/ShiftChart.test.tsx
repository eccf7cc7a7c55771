import { render, screen } from '@testing-library/react';
import { type Shift } from '../../frames/distributions';
import { TimeAxis } from '../../model/timeAxis';
import { Drawing } from '../base';
import { ShiftChart } from './ShiftChart';

function shift(quantile: number, difference: number): Shift {
  return {
    flag: 'checkout-v2',
    variant: 'on',
    baseline: 'off',
    signal: 'latency',
    unit: 's',
    quantile,
    baselineValue: 1,
    variantValue: 1 + difference,
    difference,
    lower: difference,
    upper: difference,
  };
}

const more = '↑ feature more';
const less = '↓ feature less';

it.each([
  ['a feature that is slower alone', [0, 0.5, 0.8], [more]],
  ['a feature that is faster alone', [0, -0.5, -0.8], [less]],
  ['a feature that is both', [-0.5, 0, 0.5], [more, less]],
])('the words of %s do not lie on its line', (_name, differences, expected) => {
  const shifts = new Map([['on', differences.map((difference, index) => shift((index + 1) / 10, difference))]]);
  render(
    <Drawing axis={new TimeAxis(0, 1, 'utc')} looks={new Map()}>
      <ShiftChart shifts={shifts} unit="s" selected={0} onSelect={() => {}} width={300} height={300} />
    </Drawing>
  );
  expect([more, less].filter((words) => screen.queryByText(words))).toEqual(expected);
});
