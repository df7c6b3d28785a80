import { repliesTo, topLevelComments } from '../graph/comments/comment.order.js';
import { mediaPermalink } from '../graph/media/permalink.js';
import type { Comment, Media } from '../state/entities.js';
import type { World } from '../state/world.js';
import { escapeHtml } from './html.js';
import { renderShot, renderTime } from './media.view.js';

/** One post at its permalink's path: everything in full, albums to swipe through. */
export function renderPost(world: World, post: Media): string {
  const account = world.accounts.get(post.user_id);
  const items = post.children.length === 0 ? [post] : post.children.flatMap((id) => world.media.get(id) ?? []);
  const comments = topLevelComments(world, post.id);
  return `<main><article class="post" data-key="${post.id}"><div class="reelstrip" data-key="items">${items.map((item) => renderShot(world, item, true)).join('')}</div>
<div data-key="text"><div class="profile"><span class="face"><img src="/avatar/${post.user_id}.svg" alt=""></span><div><h2>${escapeHtml(account?.username ?? '')}</h2><p>${renderTime(post.published_at)}</p></div></div>
${post.caption === null ? '' : `<p class="caption">${escapeHtml(post.caption)}</p>`}
<p class="facts">${escapeHtml(mediaPermalink(world, post) ?? '')}<br>media ${post.id}</p>
<ul class="comments">${comments.map((comment) => renderComment(world, comment)).join('')}</ul></div></article></main>`;
}

function renderComment(world: World, comment: Comment): string {
  const replies = repliesTo(world, comment).map((reply) => `<li class="reply">${renderText(reply)}</li>`).join('');
  return `<li>${renderText(comment)}</li>${replies}`;
}

function renderText(comment: Comment): string {
  return `<b>${escapeHtml(comment.author_username)}</b> ${escapeHtml(comment.text)}`;
}
