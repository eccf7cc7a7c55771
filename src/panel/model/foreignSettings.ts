import { type DataFrame, type Field, type FieldConfigSource } from '@grafana/data';
import { STANDARD, type Standard } from './fieldSettings';

/** What a field config says of an option, as JSON: for all fields, and in overrides. Of these options it is a former type's. */
function settingsOf({ defaults, overrides }: FieldConfigSource, id: Standard): string[] {
  const some = overrides.flatMap(({ properties }) => properties.filter((property) => property.id === id));
  return [defaults[id], ...some.map(({ value }): unknown => value)].filter((value) => value !== undefined).map(stored);
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
    const taken = foreign.filter(([id, values]) => values.includes(stored(field.config[id])));
    return taken.length === 0
      ? field
      : { ...field, config: { ...field.config, ...Object.fromEntries(taken.map(([id]) => [id, undefined])) } };
  };
  return series.map((frame) => ({ ...frame, fields: frame.fields.map(cleaned) }));
}
