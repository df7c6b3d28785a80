import { after, minutes } from '#kernel/clock';
import type { IngestedMedia } from '#features/media/index';
import type { ProfileIdentity } from '#features/accounts/index';
import { ordinaryVideo, type MediaFacts } from '#networks/port/media-facts';
import type { NetworkParams } from '#networks/port/social-network';
import { draftTarget, readMedia, timePost } from './post.drafting.js';
import type { MediaRecord, PostRecord, TargetRecord } from './post.record.js';
import { editPlace } from './queues/queue-wish.rules.js';
import type { UpdatePostDto } from './update-post.dto.js';

/** From here on a scheduled post is its worker's (the model's five minutes). */
export const closedBefore = minutes(5);

/** Every target that has not come to its end waits for a person, so no worker has it; its author may change it at any time. */
function isHeld({ targets }: PostRecord): boolean {
  return targets.length > 0 && targets.every(({ hold }) => hold !== null);
}

/** What the hold of a changed post becomes: one for being late ends with a new time that a worker can still keep, and a draft needs none. */
function keepHold(kept: TargetRecord, fresh: TargetRecord, now: Date): TargetRecord {
  const isFreed = fresh.dueAt === null || (kept.hold === 'overdue' && fresh.publishAt !== null && fresh.publishAt > after(now, closedBefore));
  if (kept.hold === null || isFreed) return fresh;
  return { ...fresh, hold: kept.hold, heldAt: kept.heldAt, publishAt: fresh.publishAt ?? kept.publishAt, dueAt: null };
}

export function isEditable(post: PostRecord, now: Date): boolean {
  if (post.status === 'draft' || isHeld(post)) return true;
  // Without a time it waits in a paused queue.
  return post.status === 'scheduled' && (post.scheduledAt === null || post.scheduledAt > after(now, closedBefore));
}

/** The networks' settings as they stand, with what was sent laid over them: `null` takes one out. Of each network that still has a profile. */
export function mergePlatforms(post: PostRecord, profiles: readonly ProfileIdentity[], given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...given };
  for (const { network, params } of post.targets) {
    if (!profiles.some((profile) => profile.network === network)) continue;
    const change = given[network] ?? {};
    merged[network] = isRecord(change) ? { ...params, ...change } : change;
  }
  return merged;
}

type JudgedMedia = Pick<MediaRecord, 'contentType' | 'sizeBytes' | 'width' | 'height' | 'durationMs' | 'facts'>;

/** What the probe said of a stored media; of one from before that was kept, what its row tells. */
export function factsOf(media: Omit<JudgedMedia, 'facts'> & { readonly facts?: MediaFacts | null }): MediaFacts {
  if (media.facts) return media.facts;
  const { contentType, sizeBytes, width, height, durationMs } = media;
  const known = { contentType, sizeBytes, width, height };
  if (!contentType.startsWith('video/')) return { kind: 'image', ...known };
  return { kind: 'video', ...known, video: { ...ordinaryVideo, durationMs: durationMs ?? 0 } };
}

/** The networks' settings as they stand. */
export function paramsOfTargets({ targets }: PostRecord): Map<string, NetworkParams> {
  return new Map(targets.map(({ network, params }) => [network, params]));
}

/** The same media, some with new copies; null: the copy stays. */
export function reshapedMedia(media: readonly MediaRecord[], copies: readonly (IngestedMedia | null)[]): MediaRecord[] {
  return media.map((item, index) => {
    const copy = copies[index];
    return copy ? { ...item, ...readMedia(copy) } : item;
  });
}

export interface PostEdit {
  readonly input: UpdatePostDto;
  readonly profiles: readonly ProfileIdentity[];
  readonly paramsOf: ReadonlyMap<string, NetworkParams>;
  readonly media: readonly MediaRecord[];
}

/** The post as it becomes: what was not sent stays. A target stays the same row as long as its profile is in the post. */
export function editPost(before: PostRecord, { input, profiles, paramsOf, media }: PostEdit, now: Date, lead: number): PostRecord {
  const isDraft = input.post?.draft ?? before.status === 'draft';
  const place = editPlace(before, input, isDraft);
  const time = timePost({ scheduledAt: place.scheduledAt, isDraft, isQueued: place.queueId !== null }, now, lead);
  return {
    ...before,
    body: input.post?.body ?? before.body,
    status: time.status,
    ...place,
    metadata: input.metadata === undefined ? before.metadata : input.metadata,
    updatedAt: now,
    media,
    targets: profiles.map((profile) => {
      const fresh = draftTarget(profile, paramsOf, time, now);
      const kept = before.targets.find((target) => target.profileId === profile.id);
      return kept ? { ...keepHold(kept, fresh, now), id: kept.id } : fresh;
    }).sort((a, b) => (a.id < b.id ? -1 : 1)),
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
