import type { Json, JsonObject } from '../http/reply.js';
import { ControlError } from './control-error.js';

/** JSON Schemas by name, as they are met. */
export type Schemas = Map<string, JsonObject>;

/** What a JSON value must look like: reads one, and describes it as JSON Schema (2020-12, as OpenAPI 3.1 has it). */
export interface Shape<T> {
  /** Follows "must be" and "is required:". */
  readonly what: string;
  /** @param path names the value in complaints; '' is the whole body. Throws {@link ControlError} 400. */
  read(value: unknown, path: string): T;
  schema(named: Schemas): JsonObject;
}

/** A field that may be left out. */
export interface OptionalShape<T> extends Shape<T> {
  readonly isOptional: true;
}

/** Deeper JSON than this is nobody's body. */
const MAX_DEPTH = 32;

export function text(rule?: { pattern: RegExp; what: string }): Shape<string> {
  const isText = (value: unknown): value is string => typeof value === 'string' && (rule?.pattern.test(value) ?? true);
  return scalar(rule?.what ?? 'a string', { type: 'string', ...(rule && { pattern: rule.pattern.source }) }, isText);
}

export function integer(min: number, max: number): Shape<number> {
  const isInteger = (value: unknown): value is number => Number.isInteger(value) && Number(value) >= min && Number(value) <= max;
  return scalar(`an integer from ${String(min)} to ${String(max)}`, { type: 'integer', minimum: min, maximum: max }, isInteger);
}

export function decimal(): Shape<number> {
  return scalar('a number', { type: 'number' }, (value) => typeof value === 'number');
}

export function boolean(): Shape<boolean> {
  return scalar('true or false', { type: 'boolean' }, (value) => typeof value === 'boolean');
}

export function oneOf<const T extends string | number>(values: readonly T[]): Shape<T> {
  const type = values.every((value) => typeof value === 'number') ? 'integer' : 'string';
  return scalar(`one of ${values.join(', ')}`, { type, enum: [...values] }, (value): value is T => values.some((known) => known === value));
}

/** Written in capitals, read in any case. */
export function keyword<const T extends string>(values: readonly T[]): Shape<T> {
  const exact = oneOf(values);
  return { ...exact, read: (value, path) => exact.read(typeof value === 'string' ? value.toUpperCase() : value, path) };
}

/** Any JSON value. */
export function anyJson(): Shape<Json> {
  return scalar(`JSON of at most ${String(MAX_DEPTH)} levels`, {}, (value): value is Json => isShallow(value, MAX_DEPTH));
}

export function nullable<T>(shape: Shape<T>): Shape<T | null> {
  return {
    what: `${shape.what}, or null`,
    read: (value, path) => (value === null ? null : shape.read(value, path)),
    schema: (named) => ({ anyOf: [shape.schema(named), { type: 'null' }] }),
  };
}

export function either<T, U>(first: Shape<T>, second: Shape<U>): Shape<T | U> {
  return {
    what: `${first.what}, or ${second.what}`,
    read: (value, path) => {
      try {
        return first.read(value, path);
      } catch (error) {
        if (error instanceof ControlError) return second.read(value, path);
        throw error;
      }
    },
    schema: (named) => ({ anyOf: [first.schema(named), second.schema(named)] }),
  };
}

export function optional<T>(shape: Shape<T>): OptionalShape<T> {
  return { ...shape, isOptional: true };
}

/** A shape of its own name in the document. */
export function named<T>(name: string, shape: Shape<T>): Shape<T> {
  return {
    ...shape,
    schema: (schemas) => {
      if (!schemas.has(name)) schemas.set(name, shape.schema(schemas));
      return { $ref: `#/components/schemas/${name}` };
    },
  };
}

/** The same with a sentence about its meaning. */
export function described<S extends Shape<unknown>>(shape: S, description: string): S {
  return { ...shape, schema: (schemas: Schemas) => ({ ...shape.schema(schemas), description }) };
}

function scalar<T>(what: string, schema: JsonObject, isValid: (value: unknown) => value is T): Shape<T> {
  return {
    what,
    read: (value, path) => {
      if (isValid(value)) return value;
      throw complaint(path, what);
    },
    schema: () => schema,
  };
}

export function complaint(path: string, what: string): ControlError {
  return new ControlError(400, `${path === '' ? 'the body' : path} must be ${what}`);
}

function isShallow(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((each) => isShallow(each, levels - 1));
}
