import type { Json, JsonObject } from '../http/reply.js';
import { type FieldRequest, parseFields } from './fields.parser.js';
import type { GraphCall } from './graph-route.js';
import type { NodeType } from './node-type.js';
import { cutPage, type PageLimits, readPageRequest } from './paging.js';
import { requirePermission } from './permission.rules.js';

/** The `fields` of this call, checked against the node type; null when none were given. */
function requestedFields<T extends { id: string }>(call: GraphCall, type: NodeType<T>): FieldRequest[] | null {
  const text = call.params.text('fields');
  if (text === null) return null;
  const fields = parseFields(text);
  type.check(fields, { login: call.login, require: (capability) => { requirePermission(call, capability); } });
  return fields;
}

/** Answer of `GET /{node}`. */
export function readNode<T extends { id: string }>(call: GraphCall, type: NodeType<T>, node: T): JsonObject {
  return type.project(node, requestedFields(call, type), call.view);
}

/** Answer of `GET /{node}/{edge}`: one page. The links carry the token, as Meta's do. */
export function readEdge<T extends { id: string }>(call: GraphCall, type: NodeType<T>, nodes: T[], limits: PageLimits): JsonObject {
  const fields = requestedFields(call, type);
  const page = readPageRequest(call.params, limits);
  const write = (node: T): Json => type.project(node, fields, call.view);
  return cutPage(nodes, page, write, (direction, cursor) => {
    const query = new URLSearchParams({ access_token: call.token.token, limit: String(page.limit), [direction]: cursor });
    for (const name of ['fields', 'since', 'until']) {
      const value = call.params.text(name);
      if (value !== null) query.set(name, value);
    }
    return `${call.view.publicUrl}${call.path}?${query.toString()}`;
  });
}
