import { graphTime } from '../graph/graph-time.js';
import { mediaPermalink } from '../graph/media/permalink.js';
import { statusOf, statusText } from '../graph/publishing/container-status.rules.js';
import type { Account, Comment, Container, Media } from '../state/entities.js';
import type { World } from '../state/world.js';
import type { Ledger, LedgerComment, LedgerContainer, LedgerMedia } from './ledger.shape.js';

/** What really happened to an account, oldest first, deleted things too: the oracle of every test. */
export function ledgerOf(world: World, account: Account, now: number): Ledger {
  return {
    account: { id: account.id, user_id: account.user_id, username: account.username },
    containers: (world.containersOf.get(account.user_id) ?? []).map((container) => containerRow(container, now)),
    media: (world.everyPostOf.get(account.user_id) ?? []).map((media) => mediaRow(world, media)),
    comments: (world.everyCommentOf.get(account.user_id) ?? []).map(commentRow),
    messages: [],
    calls: { ...world.calls.get(account.user_id) },
  };
}

function containerRow(container: Container, now: number): LedgerContainer {
  const { id, media_type, is_carousel_item, is_upload, caption, alt_text, image_url, video_url, cover_url, thumb_offset, media_id } = container;
  const { location_id, share_to_feed, is_ai_generated, audio_name, trial_graduation, is_paid_partnership, audio_configuration } = container;
  return {
    id, media_type, is_carousel_item, is_upload, status_code: statusOf(container, now), status: statusText(container, now),
    caption, alt_text, image_url, video_url, cover_url, thumb_offset,
    collaborators: [...container.collaborators], user_tags: container.user_tags.map((tag) => ({ ...tag })), location_id, share_to_feed,
    is_ai_generated, audio_name, trial_graduation,
    product_tags: container.product_tags.map((tag) => ({ ...tag })), branded_content_sponsor_ids: [...container.branded_content_sponsor_ids],
    is_paid_partnership, audio_configuration: audio_configuration && { ...audio_configuration },
    children: [...container.children], media_id, created_at: graphTime(container.created_at),
  };
}

function mediaRow(world: World, media: Media): LedgerMedia {
  return {
    id: media.id, container_id: media.container_id,
    media_type: media.media_type, media_product_type: media.media_product_type,
    caption: media.caption, alt_text: media.alt_text, asset: media.asset?.file ?? null, is_comment_enabled: media.is_comment_enabled,
    children: media.children.map((id) => {
      const child = world.media.get(id) ?? world.deletedMedia.get(id);
      return { id, container_id: child?.container_id ?? null, media_type: child?.media_type ?? null, alt_text: child?.alt_text ?? null, asset: child?.asset?.file ?? null };
    }),
    published_at: new Date(media.published_at).toISOString(), deleted_at: isoTime(media.deleted_at),
    shortcode: media.shortcode, permalink: mediaPermalink(world, media),
  };
}

export function commentRow({ id, media_id, parent_id, text, hidden, author_id, author_username, created_at, deleted_at }: Comment): LedgerComment {
  const from = { id: author_id, username: author_username };
  return { id, media_id, parent_id, text, hidden, from, created_at: new Date(created_at).toISOString(), deleted_at: isoTime(deleted_at) };
}

function isoTime(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
