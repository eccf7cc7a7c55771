/** The vectors that the backend's tests read too: one number is written alike in a cell and in a sentence. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { formatDifference, formatDuration, formatInterval, formatSplit, formatValue } from './numbers';

/** A number; null for none, and words for what JSON has no number for. */
type Written = number | 'Infinity' | '-Infinity' | null;

interface Vectors {
  value: Array<{ unit: string; value: Written; text: string }>;
  difference: Array<{ unit: string; decimals?: number; value: Written; between: Written[]; text: string }>;
  interval: Array<{
    unit: string;
    decimals?: number;
    lower: Written;
    upper: Written;
    between: Written[];
    text: string;
  }>;
  length: Array<{ milliseconds: number; text: string }>;
  split: Array<{ shares: Array<number | null>; text: string }>;
}

const file = path.resolve(__dirname, '../../../testdata/numbers/vectors.json');
// The file is our own; a field that is missing fails the test that reads it.
const vectors = JSON.parse(readFileSync(file, 'utf8')) as Vectors;

function read(value: Written): number | null {
  return value === null ? null : Number(value);
}

test.each(vectors.value)('$value in $unit is $text', ({ unit, value, text }) => {
  expect(formatValue(read(value), { unit })).toBe(text);
});

test.each(vectors.difference)(
  'the difference $value in $unit between $between is $text',
  ({ unit, decimals, value, between, text }) => {
    expect(formatDifference(read(value), { unit, decimals }, between.map(read))).toBe(text);
  }
);

test.each(vectors.interval)(
  'the interval $lower to $upper in $unit is $text',
  ({ unit, decimals, lower, upper, between, text }) => {
    expect(formatInterval(read(lower), read(upper), { unit, decimals }, between.map(read))).toBe(text);
  }
);

test.each(vectors.length)('$milliseconds ms are $text', ({ milliseconds, text }) => {
  expect(formatDuration(milliseconds)).toBe(text);
});

test.each(vectors.split)('$shares is $text', ({ shares, text }) => {
  expect(formatSplit(shares)).toBe(text);
});
