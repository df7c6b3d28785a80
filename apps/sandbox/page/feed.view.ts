import { mediaPermalink } from '../graph/media/permalink.js';
import type { Account, Media } from '../state/entities.js';
import type { World } from '../state/world.js';
import { escapeHtml } from './html.js';
import { localPath, renderShot, renderTime } from './media.view.js';

const STORY_LIFE_MS = 24 * 60 * 60 * 1000;
/** Enough for a page; the rest is in the ledger. */
const SHOWN_POSTS = 60;

/** The start page: every account with its stories and its grid, newest first. */
export function renderFeed(world: World, now: number): string {
  const accounts = [...world.accounts.values()];
  const content = accounts.length === 0 ? renderEmpty() : accounts.map((account) => renderAccount(world, account, now)).join('\n');
  return `<main>${content}</main>`;
}

function renderEmpty(): string {
  return `<section class="empty" data-key="empty"><p>No accounts yet. Make one:</p>
<pre>curl -X POST http://127.0.0.1:3001/_sandbox/accounts -H 'content-type: application/json' -d '{"username":"meadow.studio"}'</pre></section>`;
}

function renderAccount(world: World, account: Account, now: number): string {
  const posts = [...(world.postsOf.get(account.user_id) ?? [])].reverse();
  const stories = posts.filter((post) => post.media_product_type === 'STORY' && post.published_at > now - STORY_LIFE_MS);
  const grid = posts.filter((post) => post.media_product_type !== 'STORY');
  const name = escapeHtml(account.username);
  return `<section class="account" data-key="${account.user_id}">
<div class="profile" data-key="profile"><span class="face${stories.length > 0 ? ' has-stories' : ''}"><img src="/avatar/${account.user_id}.svg" alt=""></span>
<div><h2>${name}</h2><p>${escapeHtml(account.name)}</p>
<p><strong>${String(grid.length)}</strong> posts · <strong>${account.followers_count.toLocaleString('en')}</strong> followers <span class="minor">· <strong>${String(account.follows_count)}</strong> following</span></p></div></div>
${stories.length === 0 ? '' : `<div class="stories" data-key="stories">${stories.map((story) => renderStory(world, story)).join('')}</div>`}
${grid.length === 0 ? '<p class="empty" data-key="none">Nothing published yet.</p>' : `<div class="grid" data-key="grid">${grid.slice(0, SHOWN_POSTS).map((post) => renderCard(world, post)).join('\n')}</div>`}
</section>`;
}

function renderStory(world: World, story: Media): string {
  return `<a class="story" data-key="${story.id}" href="${localPath(story)}"><span class="frame">${renderShot(world, story)}</span>${new Date(story.published_at).toISOString().slice(11, 16)} UTC</a>`;
}

function renderCard(world: World, post: Media): string {
  const comments = world.commentsOf.get(post.id)?.length ?? 0;
  const permalink = mediaPermalink(world, post) ?? '';
  return `<article class="card" data-key="${post.id}"><a class="shot" data-key="shot" href="${localPath(post)}">${renderShot(world, post)}${renderBadge(post)}</a>
<div class="text" data-key="text">${post.caption === null ? '' : `<p class="caption">${escapeHtml(post.caption)}</p>`}
<p class="facts">${renderTime(post.published_at)}${comments > 0 ? ` · ${String(comments)} comment${comments === 1 ? '' : 's'}` : ''}<br><a href="${localPath(post)}">${escapeHtml(permalink.replace('https://www.', ''))}</a></p></div></article>`;
}

function renderBadge(post: Media): string {
  if (post.media_type === 'CAROUSEL_ALBUM') return `<span class="badge">❐ ${String(post.children.length)}</span>`;
  return post.media_product_type === 'REELS' ? '<span class="badge">▶ Reel</span>' : '';
}
