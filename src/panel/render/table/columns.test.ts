import { type Column, placeColumns } from './columns';
import { JUDGED_COLUMNS } from './judgedColumns';
import { PLAIN_COLUMNS } from './plainColumns';

const column = (id: string, more: Partial<Column> = {}): Column => ({
  id,
  head: () => id,
  cell: () => id,
  compact: null,
  ...more,
});

/** Each column with its pixels; + where it takes the rest as well. */
function placed(columns: readonly Column[], width: number, compact = false): string {
  return placeColumns(columns, width, compact)
    .map(({ id, pixels, open }) => `${id} ${pixels}${open ? '+' : ''}`)
    .join(', ');
}

test.each([
  [700, false, 'signal 146+, values 84, difference 124, interval 202, verdict 144'],
  [1200, false, 'signal 146+, values 84, difference 124, interval 240, verdict 144'],
  [530, false, 'signal 146+, values 84, difference 124, interval 64, verdict 144'],
  [480, true, 'signal 104+, interval 154, difference 190, verdict 32'],
])('the columns of verdicts in %p pixels, compact %p', (width, compact, expected) => {
  expect(placed(JUDGED_COLUMNS, width, compact)).toBe(expected);
});

test('what is only measured leaves the widths to the browser', () => {
  expect(placeColumns(PLAIN_COLUMNS, 600, true).map(({ id, width }) => [id, width])).toEqual(
    ['signal', 'values', 'difference', 'ratio'].map((id) => [id, undefined])
  );
});

test('a new column is one entry, which says where it stands in a compact table', () => {
  const added = column('requests', { width: 60, compact: { width: 40, place: 1.5 } });
  expect(placed([...JUDGED_COLUMNS, added], 700)).toBe(
    'signal 146+, values 84, difference 124, interval 142, verdict 144, requests 60'
  );
  expect(placed([...JUDGED_COLUMNS, added], 480, true)).toBe(
    'signal 104+, interval 114, requests 40, difference 190, verdict 32'
  );
});
