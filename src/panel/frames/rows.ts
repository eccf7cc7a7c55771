/** Reads frames of rows by the columns of the contract. */
import { type DataFrame, FieldType, type Labels } from '@grafana/data';

/** The columns of a frame, with what each holds. */
type Columns = Readonly<Record<string, 'string' | 'number' | 'time' | 'boolean'>>;

/** A row by the names of its columns: text that is missing is empty, a number or time that is missing null. */
export type Row<C extends Columns> = {
  -readonly [Name in keyof C]: C[Name] extends 'string' ? string : C[Name] extends 'boolean' ? boolean : number | null;
};

/** A number as the panel uses it: NaN and whatever is no number is a gap, Infinity stays. */
export function toNumberOrNull(value: unknown): number | null {
  return typeof value === 'number' && !Number.isNaN(value) ? value : null;
}

/** Whether a value is one of the words of the contract. */
export function isOneOf<Word extends string>(words: readonly Word[], value: unknown): value is Word {
  return words.some((word) => word === value);
}

/** Whether a frame has all of some columns. */
export function hasColumns(frame: DataFrame, names: readonly string[]): boolean {
  const known = new Set(frame.fields.map(({ name }) => name));
  return names.every((name) => known.has(name));
}

function cellOf(type: Columns[string], value: unknown): string | number | boolean | null {
  switch (type) {
    case 'string':
      return typeof value === 'string' ? value : '';
    case 'boolean':
      return value === true;
    default:
      return toNumberOrNull(value);
  }
}

/** The rows of a frame in their order. */
export function readRows<C extends Columns>(frame: DataFrame, columns: C): Array<Row<C>> {
  const fields = Object.entries(columns).map(([name, type]) => ({
    name,
    type,
    values: frame.fields.find((field) => field.name === name)?.values,
  }));
  return Array.from(
    { length: frame.length },
    (_, index) =>
      // Every column of C is there, with what its type says.
      Object.fromEntries(fields.map(({ name, type, values }) => [name, cellOf(type, values?.[index])])) as Row<C>
  );
}

/** Of each row the text that the contract gives no meaning to: what the query groups by. */
export function readGroups(frame: DataFrame, columns: Columns): Labels[] {
  const fields = frame.fields.filter(({ name, type }) => type === FieldType.string && !(name in columns));
  return Array.from({ length: frame.length }, (_, index) =>
    Object.fromEntries(
      fields
        .map(({ name, values }) => [name, values[index] as unknown] as const)
        .filter((entry): entry is readonly [string, string] => typeof entry[1] === 'string')
    )
  );
}
