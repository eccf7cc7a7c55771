/** The part of Standard Schema (https://standardschema.dev, version 1) that is used of it. */
export interface StandardSchema {
  readonly '~standard': {
    readonly version: 1;
    readonly validate: (value: unknown) => StandardResult | PromiseLike<StandardResult>;
  };
}

interface StandardResult {
  readonly value?: unknown;
  readonly issues?: readonly unknown[] | undefined;
}

/** A parser that answers rather than throws, as zod 3 has it. */
export interface SafeParser {
  safeParse(value: unknown): { success: boolean; data?: unknown };
}

/** A schema as JSON Schema describes it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What turns a JSON Schema into a check: an instance of Ajv. */
export interface JsonSchemaCompiler {
  compile(schema: JsonSchema): (value: unknown) => unknown;
}

export type EventSchema = StandardSchema | SafeParser | JsonSchema;

/** Answers the properties as the schema gives them back, or undefined where they are not what it asks for. */
export type Validate = (properties: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>> | undefined;

/** Makes a check of a schema. Throws on a JSON Schema without a compiler, and on one that the compiler refuses. */
export function compileSchema(schema: EventSchema | undefined, compiler: JsonSchemaCompiler | undefined): Validate {
  if (schema === undefined) {
    return (properties) => properties;
  }
  if (isStandard(schema)) {
    return (properties) => standardResult(schema['~standard'].validate(properties));
  }
  if (isSafeParser(schema)) {
    return (properties) => {
      const result = schema.safeParse(properties);
      return result.success ? record(result.data) : undefined;
    };
  }
  if (compiler === undefined) {
    throw new Error('a JSON Schema needs the option events.jsonSchema, such as new Ajv()');
  }
  const check = compiler.compile(schema);
  return (properties) => (check(properties) === true ? properties : undefined);
}

function standardResult(result: StandardResult | PromiseLike<StandardResult>): ReturnType<Validate> {
  if ('then' in result) {
    // Events are validated within one turn, so that they keep their order. What it comes to later is nobody's concern.
    result.then(undefined, () => undefined);
    throw new Error('a schema of events must not be asynchronous');
  }
  return result.issues === undefined ? record(result.value) : undefined;
}

function isStandard(schema: EventSchema): schema is StandardSchema {
  return typeof (schema as Partial<StandardSchema>)['~standard']?.validate === 'function';
}

function isSafeParser(schema: EventSchema): schema is SafeParser {
  return typeof (schema as Partial<SafeParser>).safeParse === 'function';
}

function record(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
}
