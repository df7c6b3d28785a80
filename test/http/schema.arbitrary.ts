import fc, { type Arbitrary } from 'fast-check';
import type { ApiDocument, Schema } from './api-document.js';

/** Values that mean something to the API under test, by the name of the property or parameter: ids that exist, addresses that answer. */
export type Dictionary = Readonly<Record<string, readonly unknown[]>>;

/** What a schema describes, and, where the name says more than the schema, often something real. */
export function fromSchema(document: ApiDocument, dictionary: Dictionary, schema: Schema, name = ''): Arbitrary<unknown> {
  const described = describedBy(document, dictionary, document.resolve(schema), name);
  const known = dictionary[name];
  return known ? fc.oneof({ weight: 12, arbitrary: fc.constantFrom(...known) }, { weight: 1, arbitrary: described }) : described;
}

function describedBy(document: ApiDocument, dictionary: Dictionary, schema: Schema, name: string): Arbitrary<unknown> {
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.oneOf) return fc.oneof(...schema.oneOf.map((each) => fromSchema(document, dictionary, each, name)));
  switch (Array.isArray(schema.type) ? (schema.type as readonly string[])[0] : schema.type) {
    case 'string': return schema.format === 'date-time' ? moment : fc.string({ maxLength: 60, unit: 'grapheme' });
    case 'boolean': return fc.boolean();
    case 'integer':
    case 'number': return fc.integer({ min: schema.minimum ?? -10, max: schema.maximum ?? 1000 });
    case 'array': return fc.array(fromSchema(document, dictionary, schema.items ?? {}, name), { maxLength: Math.min(schema.maxItems ?? 3, 3) });
    case 'object': return objectOf(document, dictionary, schema);
    default: return fc.jsonValue({ maxDepth: 2 });
  }
}

function objectOf(document: ApiDocument, dictionary: Dictionary, schema: Schema): Arbitrary<unknown> {
  const properties = Object.entries(schema.properties ?? {}).map(([name, property]) => {
    const value = fromSchema(document, dictionary, property, name);
    const present = value.map((each): [string, unknown][] => [[name, each]]);
    return schema.required?.includes(name) ? present : fc.oneof(present, fc.constant<[string, unknown][]>([]));
  });
  const extra = schema.additionalProperties ? fc.array(fc.tuple(fc.string({ maxLength: 12 }), fc.jsonValue({ maxDepth: 2 })), { maxLength: 2 }) : fc.constant<[string, unknown][]>([]);
  return fc.tuple(...properties, extra).map((parts) => Object.fromEntries<unknown>(parts.flat()));
}

const moment = fc.date({ min: new Date('2027-01-01T00:00:00Z'), max: new Date('2098-12-31T00:00:00Z'), noInvalidDate: true }).map((date) => date.toISOString());
