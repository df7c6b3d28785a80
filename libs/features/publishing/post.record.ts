import type { DeferralReason, HoldReason, PlatformPostStatus, PostStatus } from './publish.states.js';
import type { MediaFacts } from '#networks/port/media-facts';
import type { NetworkParams } from '#networks/port/social-network';
import type { ErrorDetails } from './publish-target.js';
import type { QueuePriority } from './queues/queue-arrangement.rules.js';

/** A post as the API shows it, before its shape on the wire. */
export interface PostRecord {
  readonly workspaceId: string;
  readonly id: string;
  readonly profileGroupId: string;
  readonly body: string;
  readonly status: PostStatus;
  readonly source: string;
  readonly scheduledAt: Date | null;
  /** The queue whose slots it takes, and the one it has; `scheduledAt` is that slot and its jitter. Null in a paused queue, and of a draft. */
  readonly queueId: string | null;
  readonly queuePriority: QueuePriority | null;
  readonly queueSlotAt: Date | null;
  readonly metadata: unknown;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly media: readonly MediaRecord[];
  readonly targets: readonly TargetRecord[];
}

export interface MediaRecord {
  readonly id: string;
  readonly position: number;
  readonly status: string;
  readonly sourceUrl: string | null;
  readonly contentType: string;
  readonly width: number;
  readonly height: number;
  readonly durationMs: number | null;
  readonly sizeBytes: number;
  readonly originalKey: string;
  readonly deliveryKey: string;
  readonly thumbnailKey: string | null;
  readonly errorMessage: string | null;
  /** What the probe found, to be judged by; only where a post is made or changed. */
  readonly facts?: MediaFacts;
}

export interface TargetRecord {
  readonly id: string;
  readonly profileId: string;
  readonly network: string;
  readonly params: NetworkParams;
  readonly status: PlatformPostStatus;
  readonly error: string | null;
  readonly errorDetails: ErrorDetails | null;
  readonly attemptedAt: Date | null;
  readonly publishedAt: Date | null;
  /** When it is to go live; null: as soon as it can, or never (a draft). */
  readonly publishAt: Date | null;
  readonly hold: HoldReason | null;
  readonly heldAt: Date | null;
  readonly deferral: DeferralReason | null;
  readonly dueAt: Date | null;
  readonly remoteId: string | null;
  readonly permalink: string | null;
}
