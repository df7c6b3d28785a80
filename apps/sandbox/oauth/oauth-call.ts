import type { IncomingHttpHeaders } from 'node:http';
import type { CallParams } from '../graph/call.params.js';
import { GraphError } from '../graph/graph-error.js';
import type { Reply } from '../http/reply.js';
import type { Host, Target } from '../http/hosts.js';
import type { App } from '../state/grants.js';
import type { Login } from '../state/entities.js';
import type { Store } from '../state/store.js';

/** One request to an authorize page or a token endpoint. */
export interface OAuthCall {
  method: string;
  target: Target;
  headers: IncomingHttpHeaders;
  params: CallParams;
  store: Store;
  now: number;
  /** Where the sandbox is reached, without a final slash. */
  publicUrl: string;
}

/** How refusals look: the Graph envelope (§2.1), the flat shape of `api.instagram.com` (§2.1, §8.1), or a page for a person. */
export type Wording = 'graph' | 'flat' | 'page';

export interface OAuthEndpoint {
  path: string;
  /** null: also at the sandbox's root. */
  hosts: readonly (Host | null)[];
  /** Whether a version may stand before the path. */
  isVersioned: boolean;
  wording: Wording;
  /** Throws {@link GraphError}. */
  run(call: OAuthCall): Promise<Reply>;
}

/** Text of a parameter without which the call means nothing. */
export function required(call: OAuthCall, name: string): string {
  const text = call.params.text(name);
  if (text === null) throw new GraphError('100', `Missing required parameter ${name}`);
  return text;
}

/** Worded as observed on `graph.instagram.com` for whatever it does not serve. */
export function unsupportedMethod(method: string): GraphError {
  return new GraphError('100', `Unsupported request - method type: ${method.toLowerCase()}`);
}

/** The app whose id and secret of this login came along; the two logins' are never mixed (§0). */
export function requireApp(call: OAuthCall, login: Login): App {
  const app = call.store.world.grants.findApp(login, required(call, 'client_id'));
  if (!app) throw new GraphError('100', login === 'instagram' ? 'Invalid platform app' : 'Error validating application. Cannot get application info due to a system error.');
  if (required(call, 'client_secret') !== secretOf(app, login)) throw wrongSecret();
  return app;
}

export function wrongSecret(): GraphError {
  return new GraphError('100', 'Error validating client secret.');
}

export function secretOf(app: App, login: Login): string {
  return login === 'instagram' ? app.client_secret : app.facebook_app_secret;
}
