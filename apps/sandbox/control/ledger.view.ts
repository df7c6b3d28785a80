import { graphTime } from '../graph/graph-time.js';
import { mediaPermalink } from '../graph/media/permalink.js';
import { statusOf, statusText } from '../graph/publishing/container-status.rules.js';
import type { Json, JsonObject } from '../http/reply.js';
import type { Account, Container, Media } from '../state/entities.js';
import type { World } from '../state/world.js';

/** What really happened to an account, oldest first: the oracle of every test. */
export function ledgerOf(world: World, account: Account, now: number): JsonObject {
  const posts = world.postsOf.get(account.user_id) ?? [];
  return {
    account: { id: account.id, user_id: account.user_id, username: account.username },
    containers: (world.containersOf.get(account.user_id) ?? []).map((container) => containerRow(container, now)),
    media: posts.map((media) => mediaRow(world, media)),
    comments: posts.flatMap((media) => commentRows(world, media)),
    messages: [],
    calls: { ...world.calls.get(account.user_id) },
  };
}

function containerRow(container: Container, now: number): Json {
  return {
    id: container.id, media_type: container.media_type, is_carousel_item: container.is_carousel_item,
    status_code: statusOf(container, now), status: statusText(container, now),
    caption: container.caption, alt_text: container.alt_text,
    image_url: container.image_url, video_url: container.video_url, cover_url: container.cover_url,
    collaborators: container.collaborators, user_tags: container.user_tags.map((tag) => ({ ...tag })), location_id: container.location_id,
    share_to_feed: container.share_to_feed, thumb_offset: container.thumb_offset, children: container.children,
    media_id: container.media_id, created_at: graphTime(container.created_at),
  };
}

function mediaRow(world: World, media: Media): Json {
  return {
    id: media.id, container_id: media.container_id,
    media_type: media.media_type, media_product_type: media.media_product_type,
    caption: media.caption, alt_text: media.alt_text, asset: media.asset?.file ?? null,
    children: media.children.map((id) => {
      const child = world.media.get(id);
      return { id, container_id: child?.container_id ?? null, media_type: child?.media_type ?? null, alt_text: child?.alt_text ?? null, asset: child?.asset?.file ?? null };
    }),
    published_at: new Date(media.published_at).toISOString(),
    shortcode: media.shortcode, permalink: mediaPermalink(world, media),
  };
}

function commentRows(world: World, media: Media): Json[] {
  return (world.commentsOf.get(media.id) ?? []).map((comment) => ({
    id: comment.id, media_id: comment.media_id, parent_id: comment.parent_id, text: comment.text,
    from: { id: comment.author_id, username: comment.author_username }, created_at: new Date(comment.created_at).toISOString(),
  }));
}
