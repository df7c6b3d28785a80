import { Prisma } from '#infra/database/database';
import type { MediaFacts } from '#networks/port/media-facts';
import { factsOf } from './post.editing.js';
import { deferralReasons, holdReasons } from './publish.states.js';
import type { ChildContainer, ErrorDetails, PublishTarget, StatePatch, TargetState } from './publish-target.js';

export const targetInclude = {
  profile: true,
  post: { include: { media: { orderBy: { position: 'asc' } } } },
} satisfies Prisma.PlatformPostInclude;

type TargetRow = Prisma.PlatformPostGetPayload<{ include: typeof targetInclude }>;

export function toTarget(row: TargetRow): PublishTarget {
  return {
    workspaceId: row.workspaceId,
    id: row.id,
    postId: row.postId,
    profileId: row.profileId,
    profileName: row.profile.name,
    profileGroupId: row.profile.profileGroupId,
    profileState: row.profile.removedAt ? 'removed' : row.profile.statusReason === 'account_blocked' ? 'blocked' : 'usual',
    network: row.network,
    body: row.post.body,
    metadata: row.post.metadata,
    params: isRecord(row.params) ? row.params : {},
    media: row.post.media.map((media) => ({
      kind: media.contentType.startsWith('video/') ? 'video' : 'image',
      contentType: media.contentType,
      deliveryKey: media.deliveryKey,
      facts: factsOf({ ...media, sizeBytes: Number(media.sizeBytes), facts: media.facts as MediaFacts | null }),
    })),
    state: toState(row),
  };
}

function toState(row: TargetRow): TargetState {
  return {
    status: row.status,
    step: row.step,
    childContainers: toChildren(row.childContainers),
    containerId: row.containerId,
    remoteId: row.remoteId,
    permalink: row.permalink,
    firstCommentId: row.firstCommentId,
    attempts: row.attempts,
    recreations: row.recreations,
    checks: row.checks,
    attemptedAt: row.attemptedAt,
    publishStartedAt: row.publishStartedAt,
    publishCalledAt: row.publishCalledAt,
    commentCalledAt: row.commentCalledAt,
    isFinalIfUntouched: row.isFinalIfUntouched,
    isUploadRefused: row.isUploadRefused,
    publishedAt: row.publishedAt,
    error: row.error,
    errorDetails: toErrorDetails(row.errorDetails),
    publishAt: row.publishAt,
    timingSettledAt: row.timingSettledAt,
    hold: findReason(holdReasons, row.hold),
    heldAt: row.heldAt,
    deferral: findReason(deferralReasons, row.deferral),
    dueAt: row.dueAt,
  };
}

/** A patch as Prisma takes it: JSON columns in their own types. */
export function toColumns(patch: StatePatch): Prisma.PlatformPostUpdateManyMutationInput {
  const { childContainers, errorDetails, ...plain } = patch;
  return {
    ...plain,
    ...(childContainers ? { childContainers: childContainers.map(({ id, ready, awaitsUpload = false }) => ({ id, ready, ...(awaitsUpload && { awaitsUpload }) })) } : {}),
    ...(errorDetails === undefined ? {} : { errorDetails: errorDetails === null ? Prisma.DbNull : { ...errorDetails } }),
  };
}

function findReason<Reason extends string>(reasons: readonly Reason[], value: string | null): Reason | null {
  return reasons.find((reason) => reason === value) ?? null;
}

function toErrorDetails(value: unknown): ErrorDetails | null {
  if (!isRecord(value)) return null;
  const text = (key: keyof ErrorDetails): string | null => (typeof value[key] === 'string' ? value[key] : null);
  const number = (key: keyof ErrorDetails): number | null => (typeof value[key] === 'number' ? value[key] : null);
  return {
    platform_error_code: number('platform_error_code'),
    platform_error_subcode: number('platform_error_subcode'),
    platform_error_message: text('platform_error_message'),
    postproxy_note: text('postproxy_note'),
    rule: text('rule'),
    remedy: text('remedy'),
  };
}

function toChildren(value: unknown): ChildContainer[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isRecord).map((child) => ({ id: typeof child['id'] === 'string' ? child['id'] : null, ready: child['ready'] === true, ...(child['awaitsUpload'] === true && { awaitsUpload: true }) }));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
