import type { Json, JsonObject } from '../http/reply.js';
import type { CallParams } from './call.params.js';
import { invalidParameter } from './graph-error.js';

interface PageRequest {
  limit: number;
  after: string | null;
  before: string | null;
}

export interface PageLimits {
  fallback: number;
  max: number;
}

export function readPageRequest(params: CallParams, limits: PageLimits): PageRequest {
  const limit = params.integer('limit') ?? limits.fallback;
  if (limit < 1) throw invalidParameter('Param limit must be positive');
  return { limit: Math.min(limit, limits.max), after: params.text('after'), before: params.text('before') };
}

/**
 * Cuts one page out of a list and describes its neighbours. A cursor names the node beside it, so a page stays the same
 * when new nodes arrive in front. `next` is absent on the last page, `paging` on an empty one.
 * @param link the address of a neighbour page, given its cursor parameter
 */
export function cutPage<T extends { id: string }>(
  items: T[],
  request: PageRequest,
  write: (item: T) => Json,
  link: (direction: 'after' | 'before', cursor: string) => string,
): JsonObject {
  const from = request.after === null ? 0 : indexOf(items, request.after) + 1;
  const end = request.before === null ? items.length : indexOf(items, request.before);
  const start = request.before === null ? from : Math.max(0, end - request.limit);
  const page = items.slice(start, Math.min(end, start + request.limit));
  const [first, last] = [page[0], page.at(-1)];
  if (!first || !last) return { data: [] };
  const cursors = { before: toCursor(first.id), after: toCursor(last.id) };
  const paging: JsonObject = { cursors };
  if (start + page.length < items.length) paging['next'] = link('after', cursors.after);
  if (start > 0) paging['previous'] = link('before', cursors.before);
  return { data: page.map(write), paging };
}

function toCursor(id: string): string {
  return Buffer.from(`sbx:${id}`).toString('base64url');
}

function indexOf<T extends { id: string }>(items: T[], cursor: string): number {
  const id = Buffer.from(cursor, 'base64url').toString('utf8').replace(/^sbx:/u, '');
  const index = items.findIndex((item) => item.id === id);
  if (index === -1) throw invalidParameter('Invalid cursors values');
  return index;
}
