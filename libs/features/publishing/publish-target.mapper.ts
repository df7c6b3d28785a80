import type { MediaFacts } from '#networks/port/media-facts';
import { factsOf } from './post.editing.js';
import { deferralReasons, holdReasons } from './publish.states.js';
import type { ChildContainer, ErrorDetails, PublishTarget, StatePatch, TargetState } from './publish-target.js';

/** A row of `readTargets`. Texts where the database has its own types: they are checked on the way. */
export interface TargetRow extends Omit<TargetState, 'childContainers' | 'errorDetails' | 'hold' | 'deferral'> {
  readonly workspaceId: string;
  readonly id: string;
  readonly postId: string;
  readonly profileId: string;
  readonly network: string;
  readonly params: unknown;
  readonly childContainers: unknown;
  readonly errorDetails: unknown;
  readonly hold: string | null;
  readonly deferral: string | null;
  readonly profileName: string;
  readonly profileGroupId: string;
  readonly isRemoved: boolean;
  readonly statusReason: string | null;
  readonly body: string;
  readonly metadata: unknown;
  readonly scheduledAt: Date | null;
  readonly createdAt: Date;
  readonly profiles: PublishTarget['post']['profiles'];
  readonly media: readonly MediaRow[];
}

interface MediaRow {
  readonly contentType: string;
  readonly deliveryKey: string;
  readonly width: number;
  readonly height: number;
  readonly durationMs: number | null;
  readonly sizeBytes: number;
  readonly facts: MediaFacts | null;
}

export function toTarget(row: TargetRow): PublishTarget {
  return {
    workspaceId: row.workspaceId,
    id: row.id,
    postId: row.postId,
    profileId: row.profileId,
    profileName: row.profileName,
    profileGroupId: row.profileGroupId,
    profileState: row.isRemoved ? 'removed' : row.statusReason === 'account_blocked' ? 'blocked' : 'usual',
    network: row.network,
    body: row.body,
    metadata: row.metadata,
    params: isRecord(row.params) ? row.params : {},
    media: row.media.map((media) => ({
      kind: media.contentType.startsWith('video/') ? 'video' : 'image',
      contentType: media.contentType,
      deliveryKey: media.deliveryKey,
      facts: factsOf(media),
    })),
    post: { scheduledAt: row.scheduledAt, createdAt: row.createdAt, profiles: row.profiles },
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

/** A patch by the names of its columns, for JSON. */
export function toColumns({ childContainers, ...plain }: StatePatch): Record<string, unknown> {
  const children = childContainers?.map(({ id, ready, awaitsUpload = false }) => ({ id, ready, ...(awaitsUpload && { awaitsUpload }) }));
  const entries = Object.entries({ ...plain, ...(children && { childContainers: children }) });
  return Object.fromEntries(entries.map(([name, value]) => [columnOf(name), value]));
}

function columnOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
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
