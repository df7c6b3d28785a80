import { newEvent, type OutboxEvent } from '#infra/outbox/outbox-event';
import type { TargetEvent } from './publish.settlement.js';
import type { PublishTarget } from './publish-target.js';

/** The public event of a target, telling its state after the change. `more`: what only this event tells. */
export function targetEvent(type: TargetEvent, target: PublishTarget, now: Date, more: Readonly<Record<string, unknown>> = {}): OutboxEvent {
  const { state } = target;
  return newEvent({
    workspaceId: target.workspaceId,
    profileGroupId: target.profileGroupId,
    type,
    createdAt: now,
    postId: target.postId,
    data: {
      id: target.id,
      post_id: target.postId,
      platform: target.network,
      profile_id: target.profileId,
      profile_name: target.profileName,
      status: state.status,
      error: state.error,
      error_details: state.errorDetails,
      platform_id: state.remoteId,
      permalink: state.permalink,
      ...(state.hold && { hold: state.hold }),
      ...more,
      metadata: target.metadata,
      ...(type === 'platform_post.deferred' && { deferral: state.deferral, next_attempt_at: state.dueAt?.toISOString() ?? null }),
    },
  });
}

export interface ProcessedPost {
  readonly workspaceId: string;
  readonly profileGroupId: string;
  readonly id: string;
  readonly body: string;
  readonly scheduledAt: Date | null;
  readonly createdAt: Date;
  readonly profiles: readonly { readonly id: string; readonly network: string; readonly name: string }[];
}

/** Every target has come to its end, whatever the end is. */
export function postProcessedEvent(post: ProcessedPost, now: Date): OutboxEvent {
  return newEvent({
    workspaceId: post.workspaceId,
    profileGroupId: post.profileGroupId,
    type: 'post.processed',
    createdAt: now,
    postId: post.id,
    data: {
      id: post.id,
      body: post.body,
      status: 'processed',
      scheduled_at: post.scheduledAt?.toISOString() ?? null,
      created_at: post.createdAt.toISOString(),
      platforms: post.profiles.map((profile) => ({ id: profile.id, platform: profile.network, name: profile.name })),
    },
  });
}
