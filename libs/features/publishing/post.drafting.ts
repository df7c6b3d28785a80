import { after } from '#kernel/clock';
import { newId } from '#kernel/ids';
import { toMoment } from '#infra/http/list-query';
import type { IngestedMedia } from '#features/media/index';
import type { CallerIdentity, ProfileIdentity } from '#features/accounts/index';
import type { NetworkParams } from '#networks/port/social-network';
import type { CreatePostDto } from './create-post.dto.js';
import type { MediaRecord, PostRecord, TargetRecord } from './post.record.js';
import type { PostStatus } from './publish.states.js';
import type { QueueWish } from './queues/queue-wish.rules.js';

export interface PostDraft {
  readonly body: string;
  readonly scheduledAt: Date | null;
  readonly isDraft: boolean;
  readonly metadata: unknown;
  readonly profiles: readonly ProfileIdentity[];
  readonly paramsOf: ReadonlyMap<string, NetworkParams>;
  readonly media: readonly IngestedMedia[];
  /** It gets its time from the queue, in the transaction that stores it. */
  readonly queue?: QueueWish | null;
}

/** What a request says of a new post apart from its media and where it goes. */
export function fieldsOf({ post, metadata }: CreatePostDto): Pick<PostDraft, 'body' | 'scheduledAt' | 'isDraft' | 'metadata'> {
  return { body: post.body ?? '', scheduledAt: post.scheduled_at ? toMoment(post.scheduled_at) : null, isDraft: post.draft ?? false, metadata: metadata ?? null };
}

/**
 * The rows of a new post. Pure: what is due when is decided here.
 * @param lead how long before its time it is prepared, in milliseconds
 */
export function draftPost(caller: CallerIdentity, draft: PostDraft, now: Date, lead: number): PostRecord {
  const time = timePost({ ...draft, isQueued: Boolean(draft.queue) }, now, lead);
  return {
    workspaceId: caller.workspaceId,
    id: newId('post', now.getTime()),
    profileGroupId: caller.profileGroupId,
    body: draft.body,
    status: time.status,
    source: 'heliograph',
    scheduledAt: draft.scheduledAt,
    queueId: draft.queue?.id ?? null,
    queuePriority: draft.queue?.priority ?? null,
    queueSlotAt: null,
    metadata: draft.metadata,
    createdAt: now,
    updatedAt: now,
    media: draftMedia(draft.media, now),
    targets: draft.profiles.map((profile) => draftTarget(profile, draft.paramsOf, time, now)),
  };
}

/** When a target is to go live, and when a worker looks at it first. */
export interface TargetTime {
  readonly publishAt: Date | null;
  readonly dueAt: Date | null;
}

/**
 * What a post is until its worker comes, and the time of its targets. A time in the past means now. Without a time it goes out now, unless it
 * waits in a queue for one.
 */
export function timePost({ scheduledAt, isDraft, isQueued }: Pick<PostDraft, 'scheduledAt' | 'isDraft'> & { readonly isQueued: boolean }, now: Date, lead: number): TargetTime & { readonly status: PostStatus } {
  if (isDraft) return { status: 'draft', publishAt: null, dueAt: null };
  if (isQueued && scheduledAt === null) return { status: 'scheduled', publishAt: null, dueAt: null };
  if (scheduledAt === null || scheduledAt <= now) return { status: 'pending', publishAt: null, dueAt: now };
  const preparedFrom = after(scheduledAt, -lead);
  return { status: 'scheduled', publishAt: scheduledAt, dueAt: preparedFrom > now ? preparedFrom : now };
}

export function draftMedia(ingested: readonly IngestedMedia[], now: Date): MediaRecord[] {
  return ingested.map((media, position) => ({ id: newId('media', now.getTime()), position, ...readMedia(media) }));
}

/** What a row tells of its bytes. */
export function readMedia(media: IngestedMedia): Omit<MediaRecord, 'id' | 'position'> {
  return {
    status: 'processed',
    sourceUrl: media.sourceUrl,
    contentType: media.facts.contentType,
    width: media.facts.width,
    height: media.facts.height,
    durationMs: media.facts.video ? Math.round(media.facts.video.durationMs) : null,
    sizeBytes: media.facts.sizeBytes,
    originalKey: media.originalKey,
    deliveryKey: media.deliveryKey,
    thumbnailKey: media.thumbnailKey,
    errorMessage: null,
    facts: media.facts,
  };
}

export function draftTarget(profile: ProfileIdentity, paramsOf: ReadonlyMap<string, NetworkParams>, time: TargetTime, now: Date): TargetRecord {
  return {
    id: newId('platformPost', now.getTime()),
    profileId: profile.id,
    network: profile.network,
    params: paramsOf.get(profile.network) ?? {},
    status: 'pending',
    error: null,
    errorDetails: null,
    attemptedAt: null,
    publishedAt: null,
    publishAt: time.publishAt,
    hold: null,
    heldAt: null,
    deferral: null,
    dueAt: time.dueAt,
    remoteId: null,
    permalink: null,
  };
}
