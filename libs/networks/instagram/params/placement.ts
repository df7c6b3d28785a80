import type { MediaKind } from '#networks/port/media-facts';
import type { Format } from './instagram-params.js';

/** What a post becomes on Instagram: the kinds of container there are. */
export type Placement = 'image' | 'carousel' | 'reel' | 'story';

/** A single video has been a reel in every format but story since 2023-11-09, when feed video was retired (§1.2). */
export function placementOf(format: Format, media: readonly { readonly kind: MediaKind }[]): Placement {
  if (format !== 'post') return format;
  if (media.length > 1) return 'carousel';
  return media[0]?.kind === 'video' ? 'reel' : 'image';
}
