import type { OpenAPIObject } from '@nestjs/swagger';

type Json = Readonly<Record<string, unknown>>;

/**
 * Nest writes the schemas of OpenAPI 3.0. Version 3.1 is plain JSON Schema 2020-12, which knows no `nullable`: what may be null says so
 * in its type, so that any validator and any generator reads it rightly.
 */
export function toOpenApi31(document: OpenAPIObject): OpenAPIObject {
  return { ...document, ...(translate({ paths: document.paths, components: document.components }) as Pick<OpenAPIObject, 'paths' | 'components'>), openapi: '3.1.0' };
}

function translate(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(translate);
  if (typeof node !== 'object' || node === null) return node;
  const { nullable, ...rest } = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, translate(value)]));
  if (nullable === undefined) return rest;
  // A property that is itself called "nullable".
  if (typeof nullable !== 'boolean') return { ...rest, nullable };
  return nullable ? orNull(rest) : rest;
}

function orNull({ allOf, ...schema }: Json): Json {
  // A reference with something beside it comes wrapped into an `allOf` of one.
  if (Array.isArray(allOf)) {
    const { type: _implied, ...rest } = schema;
    return { ...rest, oneOf: [...(allOf as unknown[]), { type: 'null' }] };
  }
  if (Array.isArray(schema['oneOf'])) return { ...schema, oneOf: [...(schema['oneOf'] as unknown[]), { type: 'null' }] };
  const values = schema['enum'];
  return { ...schema, type: [schema['type'], 'null'], ...(Array.isArray(values) ? { enum: [...(values as unknown[]), null] } : {}) };
}
