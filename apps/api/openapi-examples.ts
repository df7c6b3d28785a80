import type { OpenAPIObject } from '@nestjs/swagger';
import { AppError } from '#kernel/app-error';
import { errorCatalogue, type ErrorCode } from '#kernel/error-catalogue';
import { toErrorBody } from '#infra/http/error-body';

/** Of JSON Schema, what Nest writes. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly example?: unknown;
  readonly maxItems?: number;
  examples?: readonly unknown[];
}

interface Media {
  readonly schema?: Schema;
  examples?: Readonly<Record<string, { readonly $ref: string }>>;
}
interface Content {
  readonly description?: string;
  readonly content?: Readonly<Record<string, Media>>;
}
type Schemas = Readonly<Record<string, Schema>>;

const prefix = '#/components/schemas/';

/**
 * Puts a whole example beside every schema that is a body or an answer, made of what its properties give as examples, and beside
 * every failure the body of each of its codes. Made, not written by hand, so none can depart from its schema.
 */
export function withExamples(document: OpenAPIObject): OpenAPIObject {
  const schemas = (document.components?.schemas ?? {}) as Schemas;
  const codes = new Set<ErrorCode>();
  for (const operations of Object.values(document.paths)) {
    for (const operation of Object.values(operations) as { requestBody?: Content; responses?: Record<string, Content> }[]) {
      const contents = [operation.requestBody, ...Object.values(operation.responses ?? {})].filter((content) => content !== undefined);
      for (const content of contents) for (const media of Object.values(content.content ?? {})) illustrate(media, content, schemas, codes);
    }
  }
  const examples = Object.fromEntries([...codes].sort().map((code) => [code, { summary: errorCatalogue[code].message, value: toErrorBody(new AppError(code), 'req_06f3k2v4n8q7r9s0t1w2x3y4z5') }]));
  return { ...document, components: { ...document.components, examples } };
}

function illustrate(media: Media, { description }: Content, schemas: Schemas, codes: Set<ErrorCode>): void {
  const name = media.schema?.$ref?.slice(prefix.length);
  const schema = name === undefined ? undefined : schemas[name];
  if (!schema) return;
  if (name !== 'Error') {
    schema.examples ??= [exampleOf(schema, schemas)];
    return;
  }
  // Its description is the list of its codes: `@ApiErrors` has written it.
  const named = [...(description ?? '').matchAll(/`(\w+)`/g)].flatMap(([, code]) => (code !== undefined && isCode(code) ? [code] : []));
  for (const code of named) codes.add(code);
  media.examples = Object.fromEntries(named.map((code) => [code, { $ref: `#/components/examples/${code}` }]));
}

function exampleOf(schema: Schema, schemas: Schemas): unknown {
  if (schema.example !== undefined) return schema.example;
  if (schema.enum) return schema.enum[0];
  const part = schema.$ref === undefined ? (schema.oneOf ?? schema.allOf)?.[0] : schemas[schema.$ref.slice(prefix.length)];
  if (part) return exampleOf(part, schemas);
  if (schema.format === 'date-time') return '2026-12-24T17:00:00.000Z';
  if (schema.format === 'uri') return 'https://example.com/sunrise.jpg';
  if (Array.isArray(schema.type)) return null;
  if (schema.type === 'array') return schema.maxItems === 0 || !schema.items ? [] : [exampleOf(schema.items, schemas)];
  if (schema.type === 'object') return objectOf(schema, schemas);
  return schema.type === 'boolean' ? false : schema.type === 'string' ? 'text' : 1;
}

/** What may be left out is shown when there is something to show. */
function objectOf({ properties = {}, required = [] }: Schema, schemas: Schemas): Record<string, unknown> {
  const shown = Object.entries(properties).filter(([name, property]) => required.includes(name) || property.example !== undefined);
  return Object.fromEntries(shown.map(([name, property]) => [name, exampleOf(property, schemas)]));
}

function isCode(text: string): text is ErrorCode {
  return Object.hasOwn(errorCatalogue, text);
}
