import type { PublishRequest } from '#networks/port/social-network';
import { asDate, asText } from '../graph/json-reader.js';
import type { Placement } from '../params/placement.js';
import { placementOfRequest } from './container-params.js';

/**
 * Whether a media node can be what a request became: type, text, and not older than the publish. Never "the newest one":
 * that binds other people's posts (trypostit/trypost #281).
 *
 * @param publishedAfter Instagram's timestamps have whole seconds, so it is rounded down to one.
 */
export function isTheSamePost(node: Readonly<Record<string, unknown>>, request: PublishRequest, publishedAfter: Date): boolean {
  const at = asDate(node['timestamp']);
  const earliest = Math.floor(publishedAfter.getTime() / 1000) * 1000;
  if (at === null || at.getTime() < earliest) return false;
  const placement = placementOfRequest(request);
  return hasType(node, placement, request) && (placement === 'story' || sameText(asText(node['caption']) ?? '', request.body));
}

/** A reel reads as `media_type` VIDEO, told apart by `media_product_type` (§1.8), which is compared where it is given. */
function hasType(node: Readonly<Record<string, unknown>>, placement: Placement, request: PublishRequest): boolean {
  const product = { image: 'FEED', carousel: 'FEED', reel: 'REELS', story: 'STORY' }[placement];
  const single = request.media[0]?.kind === 'video' ? 'VIDEO' : 'IMAGE';
  const isProduct = asText(node['media_product_type']) === null || node['media_product_type'] === product;
  return isProduct && node['media_type'] === (placement === 'carousel' ? 'CAROUSEL_ALBUM' : single);
}

/** Instagram may trim and fold white space and compose letters; nothing else of a caption changes. */
function sameText(left: string, right: string): boolean {
  const plain = (text: string): string => text.normalize('NFC').replace(/\s+/g, ' ').trim();
  return plain(left) === plain(right);
}
