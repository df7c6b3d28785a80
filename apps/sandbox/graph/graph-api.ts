import { jsonReply, type Reply } from '../http/reply.js';
import type { Account, Login } from '../state/entities.js';
import type { World } from '../state/world.js';
import { commentRoutes } from './comments/comment.routes.js';
import type { ErrorStyle } from './error-style.js';
import { facebookRoutes } from './facebook/facebook.routes.js';
import { GraphError, errorReply, unsupportedRequest } from './graph-error.js';
import type { GraphPath } from './graph-path.js';
import { FINDERS, type GraphCall, type GraphRoute, METHODS, type NodeKind } from './graph-route.js';
import { mediaRoutes } from './media/media.routes.js';
import { requirePermission } from './permission.rules.js';
import { messengerRoutes } from './messenger/messenger.routes.js';
import { publishingRoutes } from './publishing/publishing.routes.js';
import { userRoutes } from './users/user.routes.js';
import { webhookRoutes } from './webhooks/webhook.routes.js';

const LOGINS: Login[] = ['instagram', 'facebook'];

/** Every Graph endpoint there is. A new area adds its list here. */
const ROUTES: GraphRoute[] = [...userRoutes, ...publishingRoutes, ...mediaRoutes, ...commentRoutes, ...facebookRoutes, ...webhookRoutes, ...messengerRoutes];

const TABLE = new Map(ROUTES.flatMap((route) => LOGINS.filter((login) => route.login === null || route.login === login)
  .map((login) => [routeKey(login, route.method, route.kind, route.edge), route] as const)));
const EDGES = new Set(ROUTES.map((route) => route.edge));
const KINDS: NodeKind[] = ['user', 'container', 'media', 'comment', 'person', 'page'];

/** Answers a call whose token is good. Throws {@link GraphError}. */
export async function answerGraphCall(method: string, path: GraphPath, call: GraphCall): Promise<Reply> {
  if (!METHODS.some((known) => known === method)) throw new GraphError('100', `Unsupported request - method type: ${method.toLowerCase()}`);
  if (!EDGES.has(path.edge)) throw new GraphError('2500', `Unknown path components: /${String(path.edge)}`);
  const id = path.node === 'me' ? idOfMe(call) : path.node;
  const kind = kindOf(call.store.world, id);
  const route = kind && TABLE.get(routeKey(call.login, method, kind, path.edge));
  if (!kind || !route || ownerOf(call.store.world, kind, id) !== call.account.user_id) throw unsupportedRequest(method, id);
  if (route.needs !== null) requirePermission(call, route.needs);
  return jsonReply(200, await route.run(call, id));
}

/** With Instagram Login `me` is the professional account, with Facebook Login the person or the page the token is for. */
function idOfMe({ account, token }: GraphCall): string {
  if (token.login === 'instagram') return account.user_id;
  return token.kind === 'page' ? account.facebook.page_id : account.facebook.person_id;
}

/** How a call is named in the ledger: `POST /media_publish`, `GET /{container}`, `GET /me`; what does not exist has one name, whatever is called. */
export function callLabel(method: string, path: GraphPath, world: World, account: Account): string {
  if (path.edge !== null) return `${method} /${EDGES.has(path.edge) ? path.edge : '{unknown}'}`;
  if (path.node === 'me' || path.node === account.user_id) return `${method} /me`;
  return `${method} /{${kindOf(world, path.node) ?? 'unknown'}}`;
}

/** A {@link GraphError} as its envelope; anything else is a bug of the sandbox and answers code 1. */
export function replyToError(error: unknown, style: ErrorStyle, log: (line: string) => void): Reply {
  if (error instanceof GraphError) return errorReply(error.key, style, error.message);
  log(`sandbox: unexpected ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return errorReply('1', style);
}

function routeKey(login: Login, method: string, kind: NodeKind, edge: string | null): string {
  return `${login} ${method} ${kind} ${edge ?? ''}`;
}

function kindOf(world: World, id: string): NodeKind | undefined {
  return KINDS.find((kind) => FINDERS[kind](world, id) !== undefined);
}

function ownerOf(world: World, kind: NodeKind, id: string): string | undefined {
  return FINDERS[kind](world, id)?.user_id;
}
