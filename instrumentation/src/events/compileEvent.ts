import { isPersonalField } from '../privacy/personalFields.js';
import { looksPersonal } from '../privacy/personalText.js';
import type { EventDefinition, ValueDefinition } from './options.js';
import { compileSchema, type JsonSchemaCompiler, type Validate } from './schema.js';
import { EVENT_NAME, WIRE_LIMITS } from './wire.js';

/** A definition that was checked, and what processing needs of it. */
export interface CompiledEvent {
  readonly name: string;
  readonly definition: EventDefinition;
  readonly validate: Validate;
  /** The part of the events that is recorded, above 0 to 1. */
  readonly rate: number;
  /** Whether the user, not the single event, is drawn: what counts once for each user. */
  readonly drawnByUser: boolean;
}

const UNIT = /^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/;
const PROPERTY = /^[A-Za-z][A-Za-z0-9_]*$/;

/** Checks a definition. Throws, with words for the developer, on one that cannot be used. */
export function compileEvent(
  name: string,
  definition: EventDefinition,
  jsonSchema: JsonSchemaCompiler | undefined
): CompiledEvent {
  if (!isEventName(name)) {
    throw new Error('a name must be object_action in snake_case, such as order_completed');
  }
  for (const property of propertiesOf(definition)) {
    if (!PROPERTY.test(property)) {
      throw new Error('a property that is used must be a word of letters, digits and underscores');
    }
    if (isPersonalField(property)) {
      throw new Error('a property that is used has the name of personal data');
    }
  }
  for (const text of closedSets(definition).flat()) {
    if (looksPersonal(text)) {
      throw new Error('a label value looks like personal data');
    }
  }
  for (const value of Object.values(definition.values ?? {})) {
    checkValue(value);
  }
  const rate = definition.critical === true ? 1 : (definition.sampleRate ?? 1);
  if (!(rate > 0 && rate <= 1)) {
    throw new Error('a sampleRate must be above 0 and at most 1');
  }
  return {
    name,
    definition,
    validate: compileSchema(definition.schema, jsonSchema),
    rate,
    drawnByUser:
      definition.kind === 'exposure' || definition.kind === 'conversion' || definition.kind === 'funnel step',
  };
}

/** Whether an event may be called so. */
export function isEventName(name: unknown): name is string {
  return typeof name === 'string' && name.length <= WIRE_LIMITS.nameLength && EVENT_NAME.test(name);
}

/** The name of a property in a metric's name: `resultCount` is `result_count`. */
export function snakeCase(property: string): string {
  return property.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
}

function checkValue(value: ValueDefinition): void {
  if (!UNIT.test(value.unit)) {
    throw new Error('the unit of a value must be a word in snake_case, such as seconds');
  }
  const buckets = value.buckets ?? [];
  if (value.metric === 'histogram' && (buckets.length === 0 || !buckets.every(Number.isFinite))) {
    throw new Error('a histogram needs its buckets');
  }
}

function propertiesOf(definition: EventDefinition): string[] {
  const own = [...Object.keys(definition.labels ?? {}), ...Object.keys(definition.values ?? {})];
  switch (definition.kind) {
    case 'revenue':
      return [...own, definition.amount, definition.currency];
    case 'engagement':
      return [...own, definition.target];
    default:
      return own;
  }
}

function closedSets(definition: EventDefinition): Array<readonly string[]> {
  const own = Object.values(definition.labels ?? {});
  switch (definition.kind) {
    case 'revenue':
      return [...own, definition.currencies];
    case 'engagement':
      return [...own, definition.targets];
    default:
      return own;
  }
}
