import { repliesTo, topLevelComments } from '../graph/comments/comment.order.js';
import { mediaPermalink } from '../graph/media/permalink.js';
import type { Comment, Media } from '../state/entities.js';
import type { World } from '../state/world.js';
import { escapeHtml } from './html.js';
import { renderShot, renderTime } from './media.view.js';

/** Enough to scroll; all of them are in the ledger. */
const SHOWN_COMMENTS = 200;

/** One post at its permalink's path: everything in full, albums to swipe through. */
export function renderPost(world: World, post: Media): string {
  const username = escapeHtml(world.accounts.get(post.user_id)?.username ?? '');
  const items = post.children.length === 0 ? [post] : post.children.flatMap((id) => world.media.get(id) ?? []);
  return `<p class="back" data-key="back"><a href="/">← All accounts</a></p>
<article class="post" data-key="${post.id}"><div class="reelstrip" data-key="items"${items.length > 1 ? ` tabindex="0" role="group" aria-label="${String(items.length)} items"` : ''}>${items.map((item) => renderShot(world, item, true)).join('')}</div>
<div data-key="text"><div class="profile" data-key="profile"><span class="face small"><img src="/avatar/${post.user_id}.svg" alt="" width="44" height="44"></span><div><h2><a href="/?account=${username}">${username}</a></h2><p>${renderTime(post.published_at)}</p></div></div>
${post.caption === null ? '' : `<p class="caption" data-key="caption">${escapeHtml(post.caption)}</p>`}
${renderFacts(world, post)}${renderComments(world, post)}</div></article>`;
}

function renderFacts(world: World, post: Media): string {
  const facts: [string, string | null][] = [
    ['media', post.id], ['container', post.container_id], ['kind', `${post.media_product_type}, ${post.media_type}`],
    ['alt text', post.alt_text], ['permalink', mediaPermalink(world, post)],
  ];
  const rows = facts.map(([name, value]) => (value === null ? '' : `<div><dt>${name}</dt><dd>${escapeHtml(value)}</dd></div>`)).join('');
  return `<dl class="facts" data-key="facts">${rows}</dl>`;
}

function renderComments(world: World, post: Media): string {
  const comments = topLevelComments(world, post.id);
  const count = world.commentsOf.get(post.id)?.length ?? 0;
  const note = post.is_comment_enabled ? '' : '<p class="note" data-key="off">Comments are off for this post.</p>';
  const list = comments.slice(0, SHOWN_COMMENTS).map((comment) => renderComment(world, comment)).join('');
  return `<section class="talk" data-key="comments" aria-label="Comments"><h3 data-key="head">${count === 0 ? 'No comments' : `${count.toLocaleString('en')} comment${count === 1 ? '' : 's'}`}</h3>${note}
${list === '' ? '' : `<ul class="comments" data-key="list">${list}</ul>`}
${comments.length > SHOWN_COMMENTS ? `<p class="soft" data-key="rest">The newest ${String(SHOWN_COMMENTS)} threads; the ledger has all.</p>` : ''}</section>`;
}

function renderComment(world: World, comment: Comment): string {
  return [comment, ...repliesTo(world, comment)].map(renderLine).join('');
}

/** Hidden comments are grey: others no longer see them. The owner's own stay visible also when hidden (§4). */
function renderLine(comment: Comment): string {
  const isGrey = comment.hidden && comment.author_id !== comment.user_id;
  const classes = [comment.parent_id === null ? '' : 'reply', isGrey ? 'hidden' : ''].filter((name) => name !== '').join(' ');
  const iso = new Date(comment.created_at).toISOString();
  return `<li data-key="${comment.id}"${classes === '' ? '' : ` class="${classes}"`}><b>${escapeHtml(comment.author_username)}</b> ${escapeHtml(comment.text)}${comment.hidden ? ' <span class="pill plain">hidden</span>' : ''} <time datetime="${iso}">${iso.slice(11, 16)}</time></li>`;
}
