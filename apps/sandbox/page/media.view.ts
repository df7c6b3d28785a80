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
  const alt = escapeHtml(shown.alt_text ?? media.caption?.slice(0, 120) ?? '');
  if (shown.media_type !== 'VIDEO') return `<img src="/cdn/${shown.asset.file}" alt="${alt}" loading="lazy" width="${String(shown.asset.width)}" height="${String(shown.asset.height)}">`;
  const poster = shown.cover ? ` poster="/cdn/${shown.cover.file}"` : '';
  return `<video src="/cdn/${shown.asset.file}"${poster} muted loop autoplay playsinline preload="metadata" aria-label="${alt}"${withControls ? ' controls' : ''}></video>`;
}

export function renderTime(ms: number): string {
  const iso = new Date(ms).toISOString();
  return `<time datetime="${iso}">${iso.slice(0, 16).replace('T', ' ')} UTC</time>`;
}
