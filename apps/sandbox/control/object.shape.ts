import { ControlError } from './control-error.js';
import { complaint, optional, type OptionalShape, type Shape } from './shape.js';

type Fields = Readonly<Record<string, Shape<unknown>>>;
/** What a shape reads. */
export type Read<S> = S extends Shape<infer T> ? T : never;
type Optionals<F> = { [K in keyof F]: F[K] extends OptionalShape<unknown> ? K : never }[keyof F];
type Values<F> = { [K in Exclude<keyof F, Optionals<F>>]: Read<F[K]> } & { [K in Optionals<F>]?: Read<F[K]> };

/** An object with these fields and no others. */
export function object<const F extends Fields>(fields: F): Shape<Values<F>> {
  const what = 'a JSON object';
  const names = Object.keys(fields);
  return {
    what,
    read: (value, path) => {
      const given = entriesOf(value, path, what);
      for (const [name] of given) if (!names.includes(name)) throw new ControlError(400, `${inside(path, name)} is unknown; known: ${names.join(', ') || 'none'}`);
      const values = new Map(given);
      const read = Object.entries(fields).flatMap(([name, shape]): [string, unknown][] => {
        if (values.has(name)) return [[name, shape.read(values.get(name), inside(path, name))]];
        if ('isOptional' in shape) return [];
        throw new ControlError(400, `${inside(path, name)} is required: ${shape.what}`);
      });
      return Object.fromEntries(read) as Values<F>;
    },
    schema: (named) => {
      const properties = Object.fromEntries(Object.entries(fields).map(([name, shape]) => [name, shape.schema(named)]));
      const required = names.filter((name) => { const shape = fields[name]; return shape && !('isOptional' in shape); });
      return { type: 'object', properties, ...(required.length > 0 && { required }), additionalProperties: false };
    },
  };
}

/** An object whose keys are data. */
export function dictionary<T>(item: Shape<T>): Shape<Record<string, T>> {
  return {
    what: 'a JSON object',
    read: (value, path) => Object.fromEntries(entriesOf(value, path, 'a JSON object').map(([name, each]) => [name, item.read(each, inside(path, name))])),
    schema: (named) => ({ type: 'object', additionalProperties: item.schema(named) }),
  };
}

/** The same fields, and each may be left out. */
export function partial<const F extends Fields>(fields: F): Shape<Partial<Values<F>>> {
  return object(Object.fromEntries(Object.entries(fields).map(([name, shape]) => [name, optional(shape)]))) as Shape<Partial<Values<F>>>;
}

/** @param max absent: as long as it likes, for answers */
export function list<T>(item: Shape<T>, max = Infinity): Shape<T[]> {
  const what = max === Infinity ? 'a list' : `a list of at most ${String(max)}`;
  return {
    what,
    read: (value, path) => {
      if (!Array.isArray(value) || value.length > max) throw complaint(path, what);
      return value.map((each: unknown, index) => item.read(each, `${path}[${String(index)}]`));
    },
    schema: (named) => ({ type: 'array', items: item.schema(named), ...(max !== Infinity && { maxItems: max }) }),
  };
}

function inside(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

function entriesOf(value: unknown, path: string, what: string): [string, unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw complaint(path, what);
  return Object.entries(value);
}

