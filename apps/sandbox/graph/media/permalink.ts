import type { Media } from '../../state/entities.js';
import type { World } from '../../state/world.js';

/** `/p/{shortcode}/`, `/reel/{shortcode}/` (§1.8), null on album items. The story form is `[recalled]`, not in the reference. */
export function mediaPermalink(world: World, media: Media): string | null {
  if (media.parent_id !== null) return null;
  if (media.media_product_type === 'STORY') return `https://www.instagram.com/stories/${world.accounts.get(media.user_id)?.username ?? ''}/${media.id}`;
  return `https://www.instagram.com/${media.media_product_type === 'REELS' ? 'reel' : 'p'}/${media.shortcode}/`;
}
