import { type SelectableValue } from '@grafana/data';

/** Options of a select from plain names. */
export function toOptions(names: readonly string[]): Array<SelectableValue<string>> {
  return names.map((name) => ({ label: name, value: name }));
}

/** What a choice is called, and what it means. */
export interface ChoiceWords {
  label: string;
  description?: string;
}

/** Options of a select for each word of a set of the contract, in the order of `words`. */
export function choicesOf<Word extends string>(
  words: Readonly<Record<Word, ChoiceWords>>
): Array<SelectableValue<Word>> {
  // The compiler holds the keys to the words of the set, each once.
  return (Object.keys(words) as Word[]).map((value) => ({ value, ...words[value] }));
}

/** Options with those chosen values added that are not among them, so that a select shows every choice. */
export function withChosen(
  options: ReadonlyArray<SelectableValue<string>>,
  chosen: ReadonlyArray<string | undefined>
): Array<SelectableValue<string>> {
  const known = new Set(options.map(({ value }) => value));
  const missing = chosen.filter((value): value is string => value !== undefined && value !== '' && !known.has(value));
  return [...options, ...toOptions(missing)];
}

/** The values of what a multi-select hands over; undefined for none, as the contract leaves empty lists out. */
export function chosenValues<T>(items: ReadonlyArray<SelectableValue<T>>): T[] | undefined {
  const values = items.flatMap(({ value }) => (value === undefined ? [] : [value]));
  return values.length > 0 ? values : undefined;
}
