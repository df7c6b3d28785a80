import type { JsonObject } from '../../http/reply.js';
import type { Account, Container, ContainerDraft, Ingest } from '../../state/entities.js';
import { uploadPath } from '../../upload/upload-path.js';
import { GraphError } from '../graph-error.js';
import type { GraphCall } from '../graph-route.js';
import { refuseRestricted } from './account-standing.rules.js';
import { checkCarouselItems } from './carousel.rules.js';
import { readContainerDraft } from './container-draft.reader.js';
import type { ContainerKind } from './container-kind.rules.js';
import { processingMs } from './processing-time.rules.js';
import { CONTAINERS_PER_DAY, containersSince, DAY_MS } from './quota.rules.js';

/** §2.3: the account has no trial reels. */
const NO_TRIAL_REELS = 2207081;

/**
 * `POST /{ig-id}/media`. Images are fetched before the answer, so their faults are errors of this call; videos are
 * fetched after it, so theirs are in the container's `status` (§1.3, §2.3).
 */
export async function createContainer(call: GraphCall, account: Account): Promise<JsonObject> {
  refuseRestricted(account);
  const { kind, draft } = readContainerDraft(call.params, { login: call.login, settings: account.settings });
  checkContainerQuota(call, account);
  checkReferences(call, account, draft);
  const ingest = await firstIngest(call, account, kind, draft).catch((error: unknown) => {
    requirePresent(call, account);
    throw error;
  });
  requirePresent(call, account);
  checkContainerQuota(call, account);
  const now = call.store.clock.now();
  const container: Container = {
    ...draft, id: call.store.world.newId('container'), user_id: account.user_id, created_at: now, ready_at: now + processingMs(account, kind),
    ingest, upload_bytes: 0, is_uploaded: false, doom: doomOf(call, account, draft), media_id: null,
  };
  await call.store.commit({ type: 'container.created', container });
  if (draft.is_upload) {
    await call.ingestion.dropExpiredUploads();
    return { id: container.id, uri: uploadUri(call, container.id) };
  }
  if (ingest.state === 'pending') call.ingestion.start(container);
  return { id: container.id };
}

function checkReferences(call: GraphCall, account: Account, draft: ContainerDraft): void {
  checkCarouselItems(call.store.world, account, draft.children, { now: call.view.now, isRepeat: false });
  if (draft.video_url !== null) call.ingestion.checkAddress(draft.video_url);
  if (draft.cover_url !== null) call.ingestion.checkAddress(draft.cover_url);
}

/** While an image was fetched, `POST /_sandbox/reset` may have taken the account away, with its token and its files. */
function requirePresent(call: GraphCall, account: Account): void {
  if (call.store.world.accounts.get(account.user_id) !== account) throw new GraphError('190');
}

async function firstIngest(call: GraphCall, account: Account, kind: ContainerKind, draft: ContainerDraft): Promise<Ingest> {
  if (kind === 'carousel') return { state: 'done', asset: null, cover: null };
  if (draft.image_url === null) return { state: 'pending' };
  const asset = await call.ingestion.fetchImage(draft.image_url, kind === 'story_image', account.settings.limits);
  return { state: 'done', asset, cover: null };
}

/** Trial reels are refused in the `status`, not by the call (§2.3). */
function doomOf(call: GraphCall, account: Account, draft: ContainerDraft): number | null {
  if (call.effect.doom !== null) return call.effect.doom;
  return draft.trial_graduation !== null && !account.settings.trial_reels ? NO_TRIAL_REELS : null;
}

/** On the upload host when the call came to a named one, at the sandbox's own root when it came there (§1.5). */
function uploadUri(call: GraphCall, id: string): string {
  const [, host, version = 'v25.0'] = /^(\/[\w.]+\.com)?(?:\/(v\d+\.\d+))?\//u.exec(call.path) ?? [];
  return `${call.view.publicUrl}${host === undefined ? '' : '/rupload.facebook.com'}${uploadPath(version, id)}`;
}

/** The reference names no error for the 401st container; the row of the other publishing quota is the nearest. */
function checkContainerQuota(call: GraphCall, account: Account): void {
  const used = containersSince(call.store.world, account, call.store.clock.now() - DAY_MS);
  if (used >= CONTAINERS_PER_DAY) throw new GraphError('9/2207042', '(#9) The user has created too many media containers in the last 24 hours');
}
