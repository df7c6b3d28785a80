/** What JSON Schema (2020-12) says of a value. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly format?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
}

/** A value of JSON: its schema and an example of it, from one source, with its type for the compiler. */
export interface Shape<T> {
  readonly schema: JsonSchema;
  readonly sample: (now: Date) => T;
}

/** A field that not every value has. */
export interface Optional<T> extends Shape<T> {
  readonly isOptional: true;
  /** The sample has it. */
  readonly isShown: boolean;
}

type Fields = Readonly<Record<string, Shape<unknown>>>;
export type ValueOf<S> = S extends Shape<infer T> ? T : never;
type OptionalIn<F> = { [K in keyof F]: F[K] extends { readonly isOptional: true } ? K : never }[keyof F];
type RecordOf<F> = { readonly [K in Exclude<keyof F, OptionalIn<F>>]: ValueOf<F[K]> } & { readonly [K in OptionalIn<F>]?: ValueOf<F[K]> };

function leaf<T>(schema: JsonSchema, sample: (now: Date) => T): Shape<T> {
  return { schema, sample };
}

export const text = (example: string, description?: string): Shape<string> => leaf({ type: 'string', ...(description && { description }) }, () => example);
export const whole = (example: number): Shape<number> => leaf({ type: 'integer' }, () => example);
export const flag = (example: boolean): Shape<boolean> => leaf({ type: 'boolean' }, () => example);

/** A time in UTC with milliseconds; in the sample so many milliseconds from now. */
export const moment = (offsetMs = 0): Shape<string> => leaf({ type: 'string', format: 'date-time' }, (now) => new Date(now.getTime() + offsetMs).toISOString());

/** One of a few; the first is the example where none is given. */
export function choice<const T extends string>(values: readonly [T, ...T[]], example: T = values[0]): Shape<T> {
  return leaf({ type: 'string', enum: values }, () => example);
}

export function nullable<T>(shape: Shape<T>, shown: 'value' | 'null' = 'value'): Shape<T | null> {
  const { type = [], enum: values } = shape.schema;
  const schema = { ...shape.schema, type: [...(typeof type === 'string' ? [type] : type), 'null'], ...(values && { enum: [...values, null] }) };
  return leaf(schema, shown === 'null' ? () => null : shape.sample);
}

export const list = <T>(shape: Shape<T>, count = 1): Shape<readonly T[]> =>
  leaf({ type: 'array', items: shape.schema }, (now) => Array.from({ length: count }, () => shape.sample(now)));

/** An object whose keys are not ours to say. */
export const open = (example: Readonly<Record<string, unknown>>): Shape<Readonly<Record<string, unknown>>> => leaf({ type: 'object', additionalProperties: true }, () => example);

export const optional = <T>(shape: Shape<T>, isShown = false): Optional<T> => ({ ...shape, isOptional: true, isShown });

/** An object. Later releases may add keys, so none are forbidden. */
export function record<F extends Fields>(fields: F): Shape<RecordOf<F>> {
  const entries = Object.entries(fields);
  const required = entries.filter(([, shape]) => !isOptional(shape)).map(([name]) => name);
  const properties = Object.fromEntries(entries.map(([name, { schema }]) => [name, schema]));
  const shown = entries.filter(([, shape]) => !isOptional(shape) || shape.isShown);
  return leaf({ type: 'object', properties, required }, (now) => Object.fromEntries(shown.map(([name, shape]) => [name, shape.sample(now)])) as RecordOf<F>);
}

function isOptional(shape: Shape<unknown>): shape is Optional<unknown> {
  return 'isOptional' in shape;
}
