import type { Media } from '../state/entities.js';
import type { World } from '../state/world.js';
import { escapeHtml } from './html.js';
import { localPath, renderShot, renderTime } from './media.view.js';

/** A post in the grid. */
export function renderCard(world: World, post: Media): string {
  const comments = world.commentsOf.get(post.id)?.length ?? 0;
  return `<article class="card" data-key="${post.id}"><a class="shot" data-key="shot" href="${localPath(post)}">${renderShot(world, post)}${renderBadge(post)}</a>
<div class="text" data-key="text">${post.caption === null ? '' : `<p class="caption">${escapeHtml(post.caption)}</p>`}
<p class="facts">${renderTime(post.published_at)}${comments > 0 ? `<span>${String(comments)} comment${comments === 1 ? '' : 's'}</span>` : ''}</p></div></article>`;
}

function renderBadge(post: Media): string {
  if (post.media_type === 'CAROUSEL_ALBUM') return `<span class="badge album">${String(post.children.length)} items</span>`;
  return post.media_product_type === 'REELS' ? '<span class="badge reel">Reel</span>' : '';
}
