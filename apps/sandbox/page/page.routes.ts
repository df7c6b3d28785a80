import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestLog } from '../calls/request-log.js';
import type { FaultList } from '../faults/fault-list.js';
import { type Reply, writeReply } from '../http/reply.js';
import type { AssetStore } from '../ingest/asset-store.js';
import type { Store } from '../state/store.js';
import { renderAvatar } from './avatar.view.js';
import { renderFeed } from './feed.view.js';
import { CONTENT_SECURITY_POLICY, renderLayout } from './layout.view.js';
import { answerMediaFile } from './media-file.answer.js';
import { renderPost } from './post.view.js';

export interface PageSite {
  store: Store;
  assets: AssetStore;
  faults: FaultList;
  requests: RequestLog;
}

const PAGE_PATH = /^\/(?:$|favicon\.ico$|(?:p|reel|cdn|avatar)\/)/u;

export function isPagePath(pathname: string): boolean {
  return PAGE_PATH.test(pathname);
}

/** The page, its posts, and the files that stand in for Instagram's CDN. */
export async function answerPage(site: PageSite, request: IncomingMessage, response: ServerResponse, pathname: string): Promise<void> {
  request.resume();
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return writeReply(response, { status: 405, headers: { allow: 'GET, HEAD' }, body: '' });
  }
  const [, area = '', name = ''] = pathname.split('/');
  if (area === 'cdn') return answerMediaFile(site.assets, request, response, name);
  writeReply(response, area === 'avatar' ? avatarReply(site, name) : pageReply(site, request, area, name), request.method === 'GET');
}

function avatarReply(site: PageSite, name: string): Reply {
  const userId = name.replace(/\.svg$/u, '');
  const username = site.store.world.accounts.get(userId)?.username ?? 'I';
  const headers = { 'content-type': 'image/svg+xml', 'cache-control': 'public, max-age=3600', 'content-security-policy': "default-src 'none'" };
  return { status: 200, headers, body: renderAvatar(userId, username) };
}

/** `?part=main` answers the changing part only, with an ETag of its content: the script's question. */
function pageReply(site: PageSite, request: IncomingMessage, area: string, name: string): Reply {
  const { world, clock } = site.store;
  const post = area === '' ? null : world.byShortcode.get(name);
  if (post === undefined || area === 'favicon.ico') {
    return htmlReply(404, renderLayout('Not here', '<main><p class="empty" data-key="gone">There is no such post.</p></main>'));
  }
  const main = post === null ? renderFeed(world, clock.now()) : renderPost(world, post);
  if (!request.url?.endsWith('?part=main')) return htmlReply(200, renderLayout('Instagram sandbox', main));
  const etag = `"${createHash('sha1').update(main).digest('base64url')}"`;
  return request.headers['if-none-match'] === etag ? { status: 304, headers: { etag }, body: '' } : htmlReply(200, main, { etag });
}

function htmlReply(status: number, body: string, headers: Record<string, string> = {}): Reply {
  return {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', 'content-security-policy': CONTENT_SECURITY_POLICY, 'x-content-type-options': 'nosniff', ...headers },
    body,
  };
}
