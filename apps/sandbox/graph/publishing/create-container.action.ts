import type { JsonObject } from '../../http/reply.js';
import type { Account, Container, Ingest } from '../../state/entities.js';
import { GraphError } from '../graph-error.js';
import type { GraphCall } from '../graph-route.js';
import { checkCarouselItems } from './carousel.rules.js';
import { readContainerDraft } from './container-draft.reader.js';
import type { ContainerKind } from './container-kind.rules.js';
import { CONTAINERS_PER_DAY, containersSince, DAY_MS } from './quota.rules.js';

const DEFAULT_IMAGE_MS = 1500;
const DEFAULT_VIDEO_MS = 3000;

/**
 * `POST /{ig-id}/media`. Images are fetched before the answer, so their faults are errors of this call; videos are
 * fetched after it, so theirs are in the container's `status` (§1.3, §2.3).
 */
export async function createContainer(call: GraphCall, account: Account): Promise<JsonObject> {
  const { kind, draft } = readContainerDraft(call.params);
  checkContainerQuota(call, account);
  if (kind === 'carousel') checkCarouselItems(call.store.world, account, draft.children, call.view.now);
  if (draft.video_url !== null) call.ingestion.checkAddress(draft.video_url);
  if (draft.cover_url !== null) call.ingestion.checkAddress(draft.cover_url);
  const ingest: Ingest = draft.image_url === null
    ? { state: kind === 'carousel' ? 'done' : 'pending', asset: null, cover: null }
    : { state: 'done', asset: await call.ingestion.fetchImage(draft.image_url, kind === 'story_image'), cover: null };
  checkContainerQuota(call, account);
  const now = call.store.clock.now();
  const container: Container = {
    ...draft, id: call.store.world.newId('container'), user_id: account.user_id,
    created_at: now, ready_at: now + processingMs(account, kind), ingest, is_upload: false, doom: call.effect.doom, media_id: null,
  };
  await call.store.commit({ type: 'container.created', container });
  if (ingest.state === 'pending') call.ingestion.start(container);
  return { id: container.id };
}

/** The reference names no error for the 401st container; the row of the other publishing quota is the nearest. */
function checkContainerQuota(call: GraphCall, account: Account): void {
  const used = containersSince(call.store.world, account, call.store.clock.now() - DAY_MS);
  if (used >= CONTAINERS_PER_DAY) throw new GraphError('9/2207042', '(#9) The user has created too many media containers in the last 24 hours');
}

function processingMs(account: Account, kind: ContainerKind): number {
  const isVideo = kind === 'reel' || kind === 'item_video' || kind === 'story_video';
  return account.settings.processing_ms ?? (isVideo ? DEFAULT_VIDEO_MS : DEFAULT_IMAGE_MS);
}
