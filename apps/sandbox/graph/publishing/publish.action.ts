import type { JsonObject } from '../../http/reply.js';
import type { Account, Container, Media } from '../../state/entities.js';
import { newShortcode } from '../../state/identifiers.js';
import type { World } from '../../state/world.js';
import { GraphError, invalidParameter } from '../graph-error.js';
import type { GraphCall } from '../graph-route.js';
import { refuseRestricted } from './account-standing.rules.js';
import { checkCarouselItems } from './carousel.rules.js';
import { isVideoKind, kindOfContainer } from './container-kind.rules.js';
import { statusOf } from './container-status.rules.js';
import { DAY_MS, postsSince } from './quota.rules.js';

/**
 * `POST /{ig-id}/media_publish`. Checks and the change of the world happen without a pause in between, so a container
 * becomes one post however many calls race for it; the answer waits for the disk.
 */
export async function publishContainer(call: GraphCall, account: Account): Promise<JsonObject> {
  refuseRestricted(account);
  const container = publishable(call, account);
  const { world } = call.store;
  const items = container.media_type === 'CAROUSEL' ? checkCarouselItems(world, account, container.children, { now: call.view.now, isRepeat: call.effect.isRepeat }) : [];
  const used = postsSince(world, account, call.view.now - DAY_MS);
  if (used >= account.settings.quota_total) throw new GraphError('9/2207042');
  const media = toMedia(world, container, null, call.view.now);
  const children = items.map((item) => toMedia(world, item, media.id, call.view.now));
  media.children = children.map((child) => child.id);
  await call.store.commit({ type: 'media.published', media, children });
  return { id: media.id };
}

/** The answer for a published container is not documented; §11.2 settles on 24/2207008 for it. */
function publishable(call: GraphCall, account: Account): Container {
  const id = call.params.text('creation_id');
  if (id === null) throw invalidParameter('The parameter creation_id is required');
  const container = call.store.world.containers.get(id);
  if (!container) throw new GraphError('24/2207008');
  if (container.user_id !== account.user_id) throw new GraphError('24/2207006');
  const status = statusOf(container, call.view.now);
  if (status === 'PUBLISHED' && call.effect.isRepeat) return container;
  if (status === 'PUBLISHED' || status === 'EXPIRED') throw new GraphError('24/2207008');
  if (container.is_carousel_item) throw invalidParameter('A carousel item cannot be published on its own');
  if (status !== 'FINISHED') throw new GraphError('9007/2207027');
  return container;
}

function toMedia(world: World, container: Container, parentId: string | null, now: number): Media {
  const done = container.ingest.state === 'done' ? container.ingest : null;
  return {
    id: world.newId('media'), user_id: container.user_id, container_id: container.id, parent_id: parentId,
    media_type: mediaType(container), media_product_type: productType(container),
    caption: container.caption, alt_text: container.alt_text, shortcode: newShortcode(), published_at: now,
    asset: done?.asset ?? null, cover: done?.cover ?? null, is_shared_to_feed: container.media_type === 'REELS' ? container.share_to_feed : null,
    is_ai_generated: container.is_ai_generated, is_comment_enabled: true, children: [], deleted_at: null,
  };
}

/** A reel reports `VIDEO`; only its product type tells (§1.8). */
function mediaType(container: Container): Media['media_type'] {
  if (container.media_type === 'CAROUSEL') return 'CAROUSEL_ALBUM';
  return isVideoKind(kindOfContainer(container)) ? 'VIDEO' : 'IMAGE';
}

function productType(container: Container): Media['media_product_type'] {
  if (container.media_type === 'REELS') return 'REELS';
  return container.media_type === 'STORIES' ? 'STORY' : 'FEED';
}
