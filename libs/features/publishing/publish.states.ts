/** As the API names them (surface section 5). */
export const postStatuses = ['draft', 'pending', 'scheduled', 'processing', 'processed', 'media_processing_failed'] as const;
export type PostStatus = (typeof postStatuses)[number];

/** `unconfirmed`: sent, the answer was lost, being reconciled. */
export const platformPostStatuses = ['pending', 'processing', 'published', 'failed', 'failed_waiting_for_retry', 'unconfirmed', 'deleted'] as const;
export type PlatformPostStatus = (typeof platformPostStatuses)[number];

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
