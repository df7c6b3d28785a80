import { newId } from '#kernel/ids';
import type { IngestedMedia } from '#features/media/index';
import type { CallerIdentity, ProfileIdentity } from '#features/accounts/index';
import type { NetworkParams } from '#networks/port/social-network';
import type { PostRecord } from './post.record.js';

export interface PostDraft {
  readonly body: string;
  readonly scheduledAt: Date | null;
  readonly isDraft: boolean;
  readonly metadata: unknown;
  readonly profiles: readonly ProfileIdentity[];
  readonly paramsOf: ReadonlyMap<string, NetworkParams>;
  readonly media: readonly IngestedMedia[];
}

/** The rows of a new post. Pure: what is due when is decided here. A time in the past means now. */
export function draftPost(caller: CallerIdentity, draft: PostDraft, now: Date): PostRecord {
  const isLater = draft.scheduledAt !== null && draft.scheduledAt > now;
  const dueAt = draft.isDraft ? null : isLater ? draft.scheduledAt : now;
  return {
    workspaceId: caller.workspaceId,
    id: newId('post', now.getTime()),
    profileGroupId: caller.profileGroupId,
    body: draft.body,
    status: draft.isDraft ? 'draft' : isLater ? 'scheduled' : 'pending',
    source: 'heliograph',
    scheduledAt: draft.scheduledAt,
    metadata: draft.metadata,
    createdAt: now,
    updatedAt: now,
    media: draft.media.map((media, position) => ({
      id: newId('media', now.getTime()),
      position,
      status: 'processed',
      sourceUrl: media.sourceUrl,
      contentType: media.facts.contentType,
      width: media.facts.width,
      height: media.facts.height,
      durationMs: media.facts.video ? Math.round(media.facts.video.durationMs) : null,
      sizeBytes: media.facts.sizeBytes,
      originalKey: media.originalKey,
      deliveryKey: media.deliveryKey,
      errorMessage: null,
    })),
    targets: draft.profiles.map((profile) => ({
      id: newId('platformPost', now.getTime()),
      profileId: profile.id,
      network: profile.network,
      params: draft.paramsOf.get(profile.network) ?? {},
      status: 'pending',
      error: null,
      errorDetails: null,
      attemptedAt: null,
      publishedAt: null,
      dueAt,
      remoteId: null,
      permalink: null,
    })),
  };
}
