import { POSTER } from '../ingest/poster.js';
import type { Media } from '../state/entities.js';
import type { World } from '../state/world.js';
import { escapeHtml } from './html.js';

/** The address on this page: same path as on instagram.com. */
export function localPath(media: Media): string {
  return media.media_product_type === 'REELS' ? `/reel/${media.shortcode}/` : `/p/${media.shortcode}/`;
}

/** `<img>` or `<video>` of one media; of an album its first item. */
export function renderShot(world: World, media: Media, withControls = false): string {
  const shown = media.asset ? media : world.media.get(media.children[0] ?? '');
  if (!shown?.asset) return '';
  const alt = escapeHtml(shown.alt_text ?? media.caption?.slice(0, 120) ?? fallbackText(world, media));
  if (shown.media_type !== 'VIDEO') return `<img src="/cdn/${shown.asset.file}" alt="${alt}"${withControls ? '' : ' loading="lazy"'} width="${String(shown.asset.width)}" height="${String(shown.asset.height)}">`;
  // Without a cover the film's own first frame is the better poster.
  const poster = shown.cover && shown.cover.file !== POSTER.file ? ` poster="/cdn/${shown.cover.file}"` : '';
  return `<video src="/cdn/${shown.asset.file}"${poster} muted loop autoplay playsinline preload="metadata" aria-label="${alt}"${withControls ? ' controls' : ''}></video>`;
}

/** A link around a picture needs a name, also when nobody described the picture. */
function fallbackText(world: World, media: Media): string {
  const kind = media.media_product_type === 'STORY' ? 'Story' : media.media_product_type === 'REELS' ? 'Reel' : 'Post';
  return `${kind} by ${world.accounts.get(media.user_id)?.username ?? 'somebody'}`;
}

/** In UTC, as every time on the page; the clock says so. */
export function renderTime(ms: number): string {
  const iso = new Date(ms).toISOString();
  return `<time datetime="${iso}">${iso.slice(0, 16).replace('T', ' ')}</time>`;
}
