import { type DataFrame, type Field, type FieldConfigSource } from '@grafana/data';

/** The standard options that this panel does not offer: where its field config has some, they are a former type's. */
const STANDARD = ['thresholds', 'min', 'max', 'decimals'] as const;
type Standard = (typeof STANDARD)[number];

/** What a field config says of an option: for all fields, and in overrides. */
function settingsOf({ defaults, overrides }: FieldConfigSource, id: Standard): unknown[] {
  const some = overrides.flatMap(({ properties }) => properties.filter((property) => property.id === id));
  return [defaults[id], ...some.map(({ value }): unknown => value)].filter((value) => value !== undefined);
}

/** A setting as JSON has it: the base step of thresholds is null where it is stored and minus infinity where it is applied. */
function stored(setting: unknown): string {
  return JSON.stringify(setting ?? null, (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value
  );
}

/**
 * Frames without the standard options that a panel took over from its former type. Grafana applies them for a moment after
 * a change of type, by what it knows of the former one, and keeps the result until new data come.
 */
export function withoutForeign(series: DataFrame[], config: FieldConfigSource): DataFrame[] {
  const foreign = STANDARD.map((id) => [id, settingsOf(config, id)] as const).filter(([, values]) => values.length > 0);
  if (foreign.length === 0) {
    return series;
  }
  const cleaned = (field: Field): Field => {
    const taken = foreign.filter(([id, values]) => values.some((value) => stored(value) === stored(field.config[id])));
    return taken.length === 0
      ? field
      : { ...field, config: { ...field.config, ...Object.fromEntries(taken.map(([id]) => [id, undefined])) } };
  };
  return series.map((frame) => ({ ...frame, fields: frame.fields.map(cleaned) }));
}
