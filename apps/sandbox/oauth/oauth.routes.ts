import { jsonReply } from '../http/reply.js';
import type { Host, Target } from '../http/hosts.js';
import { parseGraphPath } from '../graph/graph-path.js';
import { GraphError } from '../graph/graph-error.js';
import { answerAuthorize } from './authorize.action.js';
import { AuthorizeError } from './authorize.error.js';
import { inspectToken } from './debug-token.action.js';
import { issueFacebookToken } from './facebook-token.action.js';
import { exchangeForLongToken, refreshLongToken } from './long-token.action.js';
import { type OAuthEndpoint, unsupportedMethod } from './oauth-call.js';
import { issueShortToken } from './short-token.action.js';

/** Business Login (§8.1) and Facebook Login (§8.2), each path on its own host only; those of Business Login also at the root. */
const ENDPOINTS: OAuthEndpoint[] = [
  { path: '/oauth/authorize', hosts: [null, 'www.instagram.com'], isVersioned: false, wording: 'page', run: (call) => answerAuthorize(call, 'instagram') },
  { path: '/oauth/access_token', hosts: [null, 'api.instagram.com'], isVersioned: false, wording: 'flat', run: async (call) => jsonReply(200, await issueShortToken(call)) },
  { path: '/access_token', hosts: [null, 'graph.instagram.com'], isVersioned: true, wording: 'graph', run: async (call) => jsonReply(200, await exchangeForLongToken(call)) },
  { path: '/refresh_access_token', hosts: [null, 'graph.instagram.com'], isVersioned: true, wording: 'graph', run: async (call) => jsonReply(200, await refreshLongToken(call)) },
  // A code taken to the wrong host. Left to the Graph API it would be refused for want of a token, which tells nobody anything.
  { path: '/oauth/access_token', hosts: [null, 'graph.instagram.com'], isVersioned: true, wording: 'graph', run: (call) => Promise.reject(unsupportedMethod(call.method)) },
  { path: '/dialog/oauth', hosts: ['www.facebook.com'], isVersioned: true, wording: 'page', run: (call) => answerAuthorize(call, 'facebook') },
  { path: '/oauth/access_token', hosts: ['graph.facebook.com'], isVersioned: true, wording: 'graph', run: async (call) => jsonReply(200, await issueFacebookToken(call)) },
  { path: '/debug_token', hosts: ['graph.facebook.com'], isVersioned: true, wording: 'graph', run: (call) => Promise.resolve(jsonReply(200, inspectToken(call))) },
];

/** Hosts that serve nothing but OAuth say so themselves. */
const ELSEWHERE: Partial<Record<Host, OAuthEndpoint>> = {
  'www.instagram.com': nothingHere('www.instagram.com', 'page'),
  'www.facebook.com': nothingHere('www.facebook.com', 'page'),
  'api.instagram.com': nothingHere('api.instagram.com', 'flat'),
};

/** Undefined: the path belongs to the Graph API. */
export function findEndpoint(target: Target): OAuthEndpoint | undefined {
  const { host, pathname } = target;
  const plain = parseGraphPath(pathname)?.unversioned;
  const found = ENDPOINTS.find((endpoint) => endpoint.path === plain && endpoint.hosts.includes(host) && (endpoint.isVersioned || pathname.startsWith(endpoint.path)));
  return found ?? (host === null ? undefined : ELSEWHERE[host]);
}

function nothingHere(host: Host, wording: OAuthEndpoint['wording']): OAuthEndpoint {
  return {
    path: '', hosts: [host], isVersioned: false, wording,
    run: ({ target }) => Promise.reject(wording === 'page'
      ? new AuthorizeError(404, 'This page is not available', `The sandbox has nothing at ${target.pathname} of ${host}.`)
      : new GraphError('100', `Unknown path ${target.pathname}`)),
  };
}
