/** Every type of event that subscribers may ask for, whether a feature causes it yet or not: a subscription outlives a release. */
export const eventTypes = [
  'post.created', 'post.updated', 'post.processed', 'post.imported',
  'platform_post.published', 'platform_post.failed', 'platform_post.failed_waiting_for_retry', 'platform_post.unconfirmed', 'platform_post.insights',
  'platform_post.held', 'platform_post.released', 'platform_post.deferred', 'platform_post.overdue',
  'platform_post.identified', 'platform_post.comment_unconfirmed',
  'profile.connected', 'profile.disconnected', 'profile.stats', 'token.expiring',
  'media.failed',
  'comment.created', 'comment.failed', 'comment.failed_waiting_for_retry', 'comment.hidden', 'comment.deleted', 'comment.moderated', 'mention.received',
  'message.received', 'message.sent', 'message.delivered', 'message.read', 'message.edited', 'message.deleted', 'message.failed', 'message.failed_waiting_for_retry',
  'reaction.received', 'referral.received',
  'webhook.failing', 'webhook.disabled', 'webhook.test',
] as const;

export type EventType = (typeof eventTypes)[number];
