import type { Json, JsonObject } from '../http/reply.js';
import type { Login } from '../state/entities.js';
import type { Capability } from '../state/permissions.js';
import type { World } from '../state/world.js';
import { type FieldRequest, fieldsText } from './fields.parser.js';
import { invalidParameter } from './graph-error.js';
import { cutPage, type PageLimits } from './paging.js';

/** What a field may look at besides its own node. */
export interface View {
  world: World;
  now: number;
  /** Where the sandbox is reached, without a final slash: base of `media_url`. */
  publicUrl: string;
  /** Some fields exist with one login only. */
  login: Login;
  /** Address of the API as it was called, with host and version; and the token: both stand in links to further pages. */
  apiUrl: string;
  token: string;
}

/** What decides which fields a call may ask for. */
export interface FieldAccess {
  login: Login;
  /** Throws code 10 when the token lacks it. */
  require(capability: Capability): void;
}

interface Field<T> {
  /** `undefined`: the field exists but this node does not have it, and it is left out of the answer. */
  read(node: T, view: View, request: FieldRequest): Json | undefined;
  /** Present on fields that take `{…}`. */
  check?(requests: FieldRequest[], access: FieldAccess): void;
  /** The login it exists with; none: both. */
  login?: Login;
  needs?: Capability;
}

/** A kind of node with its readable fields. `id` is always answered, asked for or not. */
export class NodeType<T extends { id: string }> {
  constructor(
    readonly name: string,
    private readonly defaults: readonly string[],
    private readonly fields: Readonly<Record<string, Field<T>>>,
  ) {}

  /** An unknown field fails the whole call with code 100, even when the list to answer is empty (§11.10). */
  check(requests: FieldRequest[], access: FieldAccess): void {
    for (const request of requests) {
      const field = Object.hasOwn(this.fields, request.name) ? this.fields[request.name] : undefined;
      if (!field || (field.login ?? access.login) !== access.login) throw invalidParameter(`Tried accessing nonexisting field (${request.name}) on node type (${this.name})`);
      if (field.needs) access.require(field.needs);
      if (!request.fields) continue;
      if (!field.check) throw invalidParameter(`Subfields are not supported by ${request.name}`);
      field.check(request.fields, access);
    }
  }

  project(node: T, requests: FieldRequest[] | null, view: View): JsonObject {
    const wanted = requests ?? this.defaults.map((name) => ({ name, limit: null, fields: null }));
    const answer: JsonObject = {};
    for (const request of wanted) {
      const value = this.fields[request.name]?.read(node, view, request);
      if (value !== undefined) answer[request.name] = value;
    }
    answer['id'] ??= this.fields['id']?.read(node, view, { name: 'id', limit: null, fields: null }) ?? node.id;
    return answer;
  }
}

/** A field which is an edge: `children{media_url}` → `{"data":[…]}`, at most as many as a page has. */
export function edgeField<T, U extends { id: string }>(type: () => NodeType<U>, list: (node: T, view: View) => U[] | undefined, page: PageLimits): Field<T> {
  return {
    read: (node, view, request) => {
      const items = list(node, view);
      if (!items) return undefined;
      return { data: items.slice(0, Math.min(request.limit ?? page.fallback, page.max)).map((item) => type().project(item, request.fields, view)) };
    },
    check: (requests, access) => { type().check(requests, access); },
  };
}

/**
 * As {@link edgeField}, of an edge that can be longer than a page: then `paging` leads to the rest (§9.1). It is left out while all is
 * shown, as in Meta's samples of `replies`; how nested pages look is not documented.
 * @param idOf the node's id in paths
 */
export function pagedEdgeField<T extends { id: string }, U extends { id: string }>(
  edge: string, type: () => NodeType<U>, list: (node: T, view: View) => U[] | undefined, page: PageLimits, idOf: (node: T) => string = ({ id }) => id,
): Field<T> {
  return {
    ...edgeField(type, list, page),
    read: (node, view, { limit: wanted, fields }) => {
      const items = list(node, view);
      if (!items) return undefined;
      const limit = Math.min(wanted ?? page.fallback, page.max);
      const answer = cutPage(items, { limit, after: null, before: null }, (item) => type().project(item, fields, view), (direction, cursor) => {
        const query = { access_token: view.token, limit: String(limit), ...(fields ? { fields: fieldsText(fields) } : {}), [direction]: cursor };
        return `${view.apiUrl}/${idOf(node)}/${edge}?${new URLSearchParams(query).toString()}`;
      });
      return items.length > limit ? answer : { data: answer['data'] ?? [] };
    },
  };
}

/** A field which is another node: `owner{id}`. */
export function nodeField<T, U extends { id: string }>(type: () => NodeType<U>, find: (node: T, view: View) => U | undefined): Field<T> {
  return {
    read: (node, view, request) => {
      const found = find(node, view);
      return found && type().project(found, request.fields, view);
    },
    check: (requests, access) => { type().check(requests, access); },
  };
}

export function valueField<T>(read: (node: T, view: View) => Json | undefined): Field<T> {
  return { read };
}

/** Unknown with the other login (§0). */
export function onlyWith<T>(login: Login, field: Field<T>): Field<T> {
  return { ...field, login };
}

export function needing<T>(capability: Capability, field: Field<T>): Field<T> {
  return { ...field, needs: capability };
}
