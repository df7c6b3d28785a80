import type { Effect } from '../calls/effect.js';
import type { JsonObject } from '../http/reply.js';
import type { Ingestion } from '../ingest/ingestion.js';
import type { Account, Comment, Container, Login, Media } from '../state/entities.js';
import type { Token } from '../state/grants.js';
import type { Capability } from '../state/permissions.js';
import type { Store } from '../state/store.js';
import type { World } from '../state/world.js';
import type { CallParams } from './call.params.js';
import type { View } from './node-type.js';

/** One Graph call whose token has been accepted. */
export interface GraphCall {
  /** Owner of the token. */
  account: Account;
  token: Token;
  login: Login;
  params: CallParams;
  store: Store;
  ingestion: Ingestion;
  view: View;
  effect: Effect;
  /** The path as called (with host and version), for `next` links. */
  path: string;
}

interface NodeKinds {
  user: Account;
  /** Facebook Login: the person behind an account, and the page it is linked to (§8.2). */
  person: Account;
  page: Account;
  container: Container;
  media: Media;
  comment: Comment;
}

export type NodeKind = keyof NodeKinds;

export const FINDERS: { [K in NodeKind]: (world: World, id: string) => NodeKinds[K] | undefined } = {
  user: (world, id) => world.accounts.get(id),
  person: (world, id) => world.byPerson.get(id),
  page: (world, id) => world.byPage.get(id),
  container: (world, id) => world.containers.get(id),
  media: (world, id) => world.media.get(id),
  comment: (world, id) => world.comments.get(id),
};

export const METHODS = ['GET', 'POST', 'DELETE'] as const;

type Method = (typeof METHODS)[number];

/** `METHOD /{node of this kind}[/edge]`: a Graph path is nothing else. */
export interface GraphRoute {
  method: Method;
  kind: NodeKind;
  edge: string | null;
  /** null: a good token is enough. */
  needs: Capability | null;
  /** The login it exists with; null: both. */
  login: Login | null;
  run(call: GraphCall, id: string): Promise<JsonObject>;
}

type Handler<K extends NodeKind> = (call: GraphCall, node: NodeKinds[K]) => JsonObject | Promise<JsonObject>;

interface RouteOptions {
  /** Default `basic`. */
  needs?: Capability | null;
  login?: Login;
}

/** @param edge null for the node itself */
export function graphRoute<K extends NodeKind>(method: Method, kind: K, edge: string | null, handle: Handler<K>, options: RouteOptions = {}): GraphRoute {
  return {
    method, kind, edge, needs: options.needs === undefined ? 'basic' : options.needs, login: options.login ?? null,
    run: async (call, id) => {
      const node = FINDERS[kind](call.store.world, id);
      if (!node) throw new Error(`the dispatcher let through an unknown ${kind} ${id}`);
      return handle(call, node);
    },
  };
}
