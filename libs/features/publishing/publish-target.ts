import type { DeferralReason, HoldReason, PlatformPostStatus, PublishStep } from './publish.states.js';
import type { MediaFacts, MediaKind } from '#networks/port/media-facts';
import type { NetworkParams } from '#networks/port/social-network';

/** One target of a post with all that publishing it needs. A copy of rows; the rows are the truth. */
export interface PublishTarget {
  readonly workspaceId: string;
  readonly id: string;
  readonly postId: string;
  readonly profileId: string;
  readonly profileName: string;
  readonly profileGroupId: string;
  /** `blocked`: by the network, until its owner acts; `removed`: taken out, nothing can go out any more. */
  readonly profileState: 'usual' | 'blocked' | 'removed';
  readonly network: string;
  readonly body: string;
  readonly metadata: unknown;
  readonly params: NetworkParams;
  /** `facts`: of the copy that goes out. */
  readonly media: readonly { readonly kind: MediaKind; readonly contentType: string; readonly deliveryKey: string; readonly facts: MediaFacts }[];
  /** What is told of the whole post when its last target has come to its end; `profiles`: of all its targets. */
  readonly post: { readonly scheduledAt: Date | null; readonly createdAt: Date; readonly profiles: readonly { readonly id: string; readonly network: string; readonly name: string }[] };
  readonly state: TargetState;
}

export interface ChildContainer {
  /** Null: has still to be made, or made anew. */
  readonly id: string | null;
  readonly ready: boolean;
  /** Made, and its file has still to be sent. */
  readonly awaitsUpload?: boolean;
}

/** What the publish machine reads and writes. */
export interface TargetState {
  readonly status: PlatformPostStatus;
  readonly step: PublishStep;
  /** One entry per carousel child, in order. Empty until the first is made, and for a post of one container. */
  readonly childContainers: readonly ChildContainer[];
  readonly containerId: string | null;
  readonly remoteId: string | null;
  readonly permalink: string | null;
  readonly firstCommentId: string | null;
  /** Failed rounds that used up one step of the retry plan. */
  readonly attempts: number;
  /** Containers made anew in this round. */
  readonly recreations: number;
  /** Questions asked in the present step without a final answer. */
  readonly checks: number;
  readonly attemptedAt: Date | null;
  /** When the first publishing call of the present container went out. */
  readonly publishStartedAt: Date | null;
  /** When the latest one went out. */
  readonly publishCalledAt: Date | null;
  /** When the call of the first comment went out. */
  readonly commentCalledAt: Date | null;
  /** The doubt about it ends publishing when the container turns out to be untouched. */
  readonly isFinalIfUntouched: boolean;
  /** The network did not take a file sent to it: links from now on. */
  readonly isUploadRefused: boolean;
  readonly publishedAt: Date | null;
  readonly error: string | null;
  readonly errorDetails: ErrorDetails | null;
  /** When it is to go live; null: as soon as it can. */
  readonly publishAt: Date | null;
  /** When it was settled that it goes out, in time or late. */
  readonly timingSettledAt: Date | null;
  readonly hold: HoldReason | null;
  readonly heldAt: Date | null;
  readonly deferral: DeferralReason | null;
  /** When to look again; null: nothing left to do. */
  readonly dueAt: Date | null;
}

/** As `error_details` of the API. */
export interface ErrorDetails {
  readonly platform_error_code: number | null;
  readonly platform_error_subcode: number | null;
  readonly platform_error_message: string | null;
  readonly postproxy_note: string | null;
  /** Absent in rows from before there was one. */
  readonly rule?: string | null;
  readonly remedy: string | null;
}

export type StatePatch = Partial<TargetState>;
