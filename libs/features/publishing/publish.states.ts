/** As the API names them (surface section 5). */
export const postStatuses = ['draft', 'pending', 'scheduled', 'processing', 'processed', 'media_processing_failed'] as const;
export type PostStatus = (typeof postStatuses)[number];

/** `unconfirmed`: sent, the answer was lost, being reconciled. */
export const platformPostStatuses = ['pending', 'processing', 'published', 'failed', 'failed_waiting_for_retry', 'unconfirmed', 'deleted'] as const;
export type PlatformPostStatus = (typeof platformPostStatuses)[number];

/** Why a target waits for a person: nothing is due until then. */
export const holdReasons = ['profile_disconnected', 'account_blocked', 'overdue'] as const;
export type HoldReason = (typeof holdReasons)[number];

/** Which limit a target waits for; it goes on by itself. */
export const deferralReasons = ['spacing', 'quota', 'rate_limit', 'container_budget', 'comment_budget', 'throttled'] as const;
export type DeferralReason = (typeof deferralReasons)[number];

/**
 * Where a target is in the publish machine. Steps in -ing that have an effect are written before their outside call: a row
 * found in `publishing` or `commenting` means that the call may have gone out.
 */
export type PublishStep =
  | 'waiting'
  | 'creating_children'
  | 'polling_children'
  | 'creating'
  | 'uploading'
  | 'polling'
  | 'ready'
  | 'publishing'
  | 'reading_back'
  | 'comment_due'
  | 'commenting'
  | 'done';
