import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isExpiredLink } from '../graph/media/cdn-link.js';
import { type Reply, writeReply } from '../http/reply.js';
import type { AssetStore } from '../ingest/asset-store.js';
import { renderAvatar } from './avatar.view.js';
import { CONTENT_SECURITY_POLICY, renderLayout } from './layout.view.js';
import { LOGO } from './logo.view.js';
import { answerMediaFile } from './media-file.answer.js';
import { type PageSubject, renderMain, type Topic } from './page.view.js';

export interface PageSite extends PageSubject {
  assets: AssetStore;
}

/** As Meta's CDN words it [recalled]. */
const EXPIRED: Reply = { status: 403, headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' }, body: 'URL signature expired' };
const PAGE_PATH = /^\/(?:$|favicon\.ico$|(?:p|reel|cdn|avatar)\/)/u;

export function isPagePath(pathname: string): boolean {
  return PAGE_PATH.test(pathname);
}

/** The page, its posts, and the files that stand in for Instagram's CDN. */
export async function answerPage(site: PageSite, request: IncomingMessage, response: ServerResponse, { pathname, searchParams }: URL): Promise<void> {
  request.resume();
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return writeReply(response, { status: 405, headers: { allow: 'GET, HEAD' }, body: '' });
  }
  const [, area = '', name = ''] = pathname.split('/');
  if ((area === 'cdn' || area === 'avatar') && isExpiredLink(searchParams.get('oe'), site.store.clock.now())) return writeReply(response, EXPIRED);
  if (area === 'cdn') return answerMediaFile(site.assets, request, response, name);
  writeReply(response, pictureReply(site, area, name) ?? pageReply(site, request, findTopic(site, area, name, searchParams.get('account')), searchParams.get('part') === 'main'), request.method === 'GET');
}

function pictureReply(site: PageSite, area: string, name: string): Reply | null {
  if (area === 'favicon.ico') return svgReply(LOGO);
  if (area !== 'avatar') return null;
  const userId = name.replace(/\.svg$/u, '');
  return svgReply(renderAvatar(userId, site.store.world.accounts.get(userId)?.username ?? '?'));
}

function findTopic({ store: { world } }: PageSite, area: string, name: string, username: string | null): Topic {
  if (area !== '') {
    const post = world.byShortcode.get(name);
    return post ? { kind: 'post', post } : { kind: 'nothing' };
  }
  if (username === null) return { kind: 'feed' };
  const account = world.byUsername.get(username.toLowerCase());
  return account ? { kind: 'account', account } : { kind: 'nothing' };
}

/** `?part=main` answers the changing part only, with an ETag of its content: the script's question. */
function pageReply(site: PageSite, request: IncomingMessage, topic: Topic, isPart: boolean): Reply {
  const main = renderMain(site, topic, { base: baseOf(request), isPart });
  if (!isPart) return htmlReply(topic.kind === 'nothing' ? 404 : 200, renderLayout(titleOf(site, topic), main));
  // The time goes beside the content: it would make every answer a new one.
  const headers = { etag: `"${createHash('sha1').update(main).digest('base64url')}"`, 'x-sandbox-now': String(site.store.clock.now()) };
  // What is gone is an answer too: the page that asks says so, and asks again.
  return request.headers['if-none-match'] === headers.etag ? { status: 304, headers, body: '' } : htmlReply(200, main, headers);
}

function titleOf({ store: { world } }: PageSite, topic: Topic): string {
  if (topic.kind === 'account') return `${topic.account.username} · Instagram sandbox`;
  if (topic.kind === 'post') return `Post by ${world.accounts.get(topic.post.user_id)?.username ?? 'somebody'} · Instagram sandbox`;
  return 'Instagram sandbox';
}

/** As the browser reached it; anything that is not plainly a host is not repeated into a command for a shell. */
function baseOf(request: IncomingMessage): string {
  const host = request.headers.host ?? '';
  return `http://${/^[\w.-]+(?::\d+)?$|^\[[\da-f:]+\](?::\d+)?$/iu.test(host) ? host : '127.0.0.1:3001'}`;
}

function svgReply(body: string): Reply {
  const headers = { 'content-type': 'image/svg+xml', 'cache-control': 'public, max-age=3600', 'content-security-policy': "default-src 'none'", 'x-content-type-options': 'nosniff' };
  return { status: 200, headers, body };
}

function htmlReply(status: number, body: string, headers: Record<string, string> = {}): Reply {
  return {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', 'content-security-policy': CONTENT_SECURITY_POLICY, 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', ...headers },
    body,
  };
}
