import type { JsonObject } from '../http/reply.js';
import type { ControlRoute } from './control-route.js';
import { object } from './object.shape.js';
import { described, named, type Schemas, type Shape, text } from './shape.js';

const ERROR = named('Error', object({ error: described(text(), 'one sentence that says what to change') }));

/** What a status means, whichever route answers it. */
const REFUSALS: Record<number, string> = {
  400: 'The body, a parameter or a field is wrong; the sentence names it.',
  403: 'Not from this machine, or from the page of another site.',
  404: 'What the path or a field names does not exist.',
  409: 'It contradicts what is there.',
  413: 'The body is too large.',
  415: 'The body is not application/json.',
  500: 'The sandbox failed; its log says why.',
};
const EVERYWHERE = [400, 403, 413, 415, 500];

/** The control door in OpenAPI 3.1, from the same routes that answer. */
export function openApiDocument(routes: readonly ControlRoute[]): JsonObject {
  const schemas: Schemas = new Map();
  const paths: Record<string, JsonObject> = {};
  for (const route of routes) (paths[route.path] ??= {})[route.method.toLowerCase()] = operation(route, schemas);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Control door of the Instagram sandbox', version: '1.0.0',
      description: 'Makes accounts, scripts failures, moves the clock and tells what really happened. Wherever a path takes `user_id`, an app-scoped id or a username does too.',
    },
    servers: [{ url: '/_sandbox' }],
    tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: { schemas: Object.fromEntries(schemas) },
  };
}

function operation(route: ControlRoute, schemas: Schemas): JsonObject {
  const parameters = [...pathParameters(route), ...queryParameters(route, schemas)];
  const errors = [...EVERYWHERE, ...route.refusals].sort((a, b) => a - b);
  return {
    operationId: route.id, tags: [route.tag], summary: route.summary,
    ...(parameters.length > 0 && { parameters }),
    ...(route.body && { requestBody: requestBody(route.body, schemas) }),
    responses: {
      [route.status]: { description: route.status === 201 ? 'Made.' : 'Done.', content: json(route.answer, schemas) },
      ...Object.fromEntries(errors.map((status) => [status, { description: REFUSALS[status] ?? '', content: json(ERROR, schemas) }])),
    },
  };
}

function pathParameters({ path }: ControlRoute): JsonObject[] {
  return [...path.matchAll(/\{(\w+)\}/gu)].map(([, name = '']) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));
}

function queryParameters({ query }: ControlRoute, schemas: Schemas): JsonObject[] {
  const { properties = {} } = query.schema(schemas);
  return Object.entries(properties as JsonObject).map(([name, schema]) => ({ name, in: 'query', required: false, schema: schema ?? {} }));
}

/** An empty body reads as an empty object, so it is required where one field is. */
function requestBody(body: Shape<unknown>, schemas: Schemas): JsonObject {
  const schema = body.schema(new Map());
  const inline = typeof schema['$ref'] === 'string' ? schemaOf(body, schema['$ref']) : schema;
  return { required: 'required' in inline, content: json(body, schemas) };
}

function schemaOf(shape: Shape<unknown>, reference: string): JsonObject {
  const schemas: Schemas = new Map();
  shape.schema(schemas);
  return schemas.get(reference.split('/').at(-1) ?? '') ?? {};
}

function json(shape: Shape<unknown>, schemas: Schemas): JsonObject {
  return { 'application/json': { schema: shape.schema(schemas) } };
}
