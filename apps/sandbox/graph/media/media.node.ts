import type { Media } from '../../state/entities.js';
import { commentNode } from '../comments/comment.node.js';
import { COMMENTS_PAGE, topLevelComments } from '../comments/comment.order.js';
import { graphTime } from '../graph-time.js';
import { edgeField, needing, nodeField, NodeType, onlyWith, pagedEdgeField, valueField, type View } from '../node-type.js';
import { structField } from '../publishing/struct.field.js';
import { cdnLink } from './cdn-link.js';
import { mediaPermalink } from './permalink.js';

/**
 * Media node (§1.8). Left out where the reference says so: permalink and shortcode on album items, `thumbnail_url` on
 * anything but videos. `view_count` belongs to Business Discovery and is unknown here.
 */
export const mediaNode: NodeType<Media> = new NodeType<Media>('Media', ['id'], {
  id: valueField((media) => media.id),
  caption: valueField((media) => media.caption ?? undefined),
  media_type: valueField((media) => media.media_type),
  media_product_type: valueField((media) => media.media_product_type),
  media_url: valueField((media, view) => {
    const asset = media.asset ?? view.world.media.get(media.children[0] ?? '')?.asset;
    return asset ? cdnLink(view, `/cdn/${asset.file}`) : undefined;
  }),
  thumbnail_url: valueField((media, view) => (media.media_type === 'VIDEO' && media.cover ? cdnLink(view, `/cdn/${media.cover.file}`) : undefined)),
  permalink: valueField((media, view) => mediaPermalink(view.world, media) ?? undefined),
  shortcode: valueField((media) => (media.parent_id === null ? media.shortcode : undefined)),
  timestamp: valueField((media) => graphTime(media.published_at)),
  username: valueField((media, view) => view.world.accounts.get(media.user_id)?.username),
  owner: nodeField(() => ownerNode, (media) => ({ id: media.user_id })),
  like_count: valueField(() => 0),
  comments_count: valueField(countComments),
  is_comment_enabled: valueField((media) => media.is_comment_enabled),
  is_shared_to_feed: valueField((media) => media.is_shared_to_feed ?? undefined),
  is_ai_generated: valueField((media) => media.is_ai_generated),
  alt_text: valueField((media) => media.alt_text ?? undefined),
  media_audio_type: valueField((media) => (media.media_type === 'VIDEO' ? 'ORIGINAL_SOUND' : undefined)),
  // The id Instagram itself uses, another number than Graph's; derived, as it leads nowhere.
  ig_id: onlyWith('facebook', valueField(legacyId)),
  legacy_instagram_media_id: valueField(legacyId),
  copyright_check_information: structField({ status: null, matches_found: null }, () => ({ status: 'completed', matches_found: false })),
  // A carousel has 10 items at most, so the page has room for all.
  children: edgeField(() => mediaNode, (media, view) => childrenOf(media, view.world.media), { fallback: 10, max: 10 }),
  comments: needing('manage_comments', pagedEdgeField('comments', () => commentNode, (media, view) => topLevelComments(view.world, media.id), COMMENTS_PAGE)),
  reposts_count: onlyWith('facebook', valueField(() => 0)),
  saved_count: onlyWith('facebook', valueField(() => 0)),
  shares_count: onlyWith('facebook', valueField(() => 0)),
  total_like_count: onlyWith('facebook', valueField(() => 0)),
  total_comments_count: onlyWith('facebook', valueField(countComments)),
  total_views_count: onlyWith('facebook', valueField(() => 0)),
  // The reference says `boost_*`; these two names and their shape are recalled. Nothing is ever boosted.
  boost_ads_list: onlyWith('facebook', valueField(() => [])),
  boost_eligibility_info: onlyWith('facebook', valueField(() => ({ eligible_to_boost: true }))),
});

function legacyId(media: Media): string {
  return `3${media.id}9`;
}

function countComments(media: Media, view: View): number {
  return view.world.commentsOf.get(media.id)?.length ?? 0;
}

const ownerNode = new NodeType<{ id: string }>('InstagramUser', ['id'], { id: valueField((owner) => owner.id) });

/** Items of an album in their order; undefined for anything else, which has no such field. */
export function childrenOf(media: Media, all: ReadonlyMap<string, Media>): Media[] | undefined {
  if (media.media_type !== 'CAROUSEL_ALBUM') return undefined;
  return media.children.flatMap((id) => all.get(id) ?? []);
}
