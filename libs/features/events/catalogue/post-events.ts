import { choice, list, moment, nullable, open, optional, record, text, whole, type Shape } from './shape.js';
import { sampleIds } from './sample-ids.js';

const hour = 3_600_000;
const statuses = ['draft', 'pending', 'scheduled', 'processing', 'processed', 'media_processing_failed'] as const;

const postFields = (status: (typeof statuses)[number]) => ({
  id: text(sampleIds.post), body: text('Iced matcha is back. Until Sunday, or as long as it lasts.'), status: choice(statuses, status), scheduled_at: nullable(moment(hour)), created_at: moment(-hour),
});
const platforms = list(record({ id: text(sampleIds.profile, 'The profile'), platform: text('instagram'), name: text('Bay Area Coffee') }));

const errorDetails = record({
  platform_error_code: nullable(whole(9004)), platform_error_subcode: nullable(whole(2207026)), platform_error_message: nullable(text('The media format is not supported')),
  postproxy_note: nullable(text(''), 'null'), rule: optional(nullable(text('')), false), remedy: nullable(text('Export the video as MP4 with H.264 and AAC, and retry the post')),
});

type TargetStatus = (typeof targetStatuses)[number];
const targetStatuses = ['pending', 'processing', 'published', 'failed', 'failed_waiting_for_retry', 'unconfirmed', 'deleted'] as const;

/** One target of a post after the change. `live`: it is out; `failure`: why it is not. */
function target(status: TargetStatus, { isLive = false, failure = '' }: { isLive?: boolean; failure?: string } = {}) {
  return {
    id: text(sampleIds.target), post_id: text(sampleIds.post), platform: text('instagram'), profile_id: text(sampleIds.profile), profile_name: text('Bay Area Coffee'), status: choice(targetStatuses, status),
    error: nullable(text(failure), failure ? 'value' : 'null'), error_details: nullable(errorDetails, failure ? 'value' : 'null'),
    platform_id: nullable(text('18012345678901234'), isLive ? 'value' : 'null'), permalink: nullable(text('https://www.instagram.com/p/DFx2aBcDeFg/'), isLive ? 'value' : 'null'),
    hold: optional(choice(['profile_disconnected', 'account_blocked', 'overdue'])), metadata: nullable(open({ campaign: 'summer' })),
  };
}
/** What was decided of a target that nobody came to at its time. */
const lateness = (isShown: boolean) => ({ decision: optional(choice(['publish', 'hold', 'skip']), isShown), late_by_seconds: optional(whole(420), isShown) });

const failure = 'Instagram could not process the video: its format is not supported';

export const postEventData = {
  'post.created': record(postFields('scheduled')),
  'post.updated': record({ ...postFields('scheduled'), change: choice(['edited', 'released', 'retried', 'reconciled']) }),
  'post.processed': record({ ...postFields('processed'), platforms }),
  'post.imported': record({ ...postFields('processed'), platforms }),
  'platform_post.published': record(target('published', { isLive: true })),
  'platform_post.failed': record({ ...target('failed', { failure }), ...lateness(false) }),
  'platform_post.failed_waiting_for_retry': record(target('failed_waiting_for_retry', { failure: 'Instagram did not answer in time' })),
  'platform_post.unconfirmed': record(target('unconfirmed', { failure: 'Whether the post is live is not known: the answer of Instagram was lost' })),
  'platform_post.insights': record({ ...target('published', { isLive: true }), insights: open({ impressions: 5120, likes: 311, comments: 24, saved: 40, profile_visits: 18, follows: 6 }) }),
  'platform_post.held': record({ ...target('pending'), hold: choice(['profile_disconnected', 'account_blocked', 'overdue']), ...lateness(false) }),
  'platform_post.released': record(target('pending')),
  'platform_post.deferred': record({ ...target('processing'), deferral: choice(['spacing', 'quota', 'rate_limit', 'container_budget', 'throttled'], 'quota'), next_attempt_at: nullable(moment(hour)) }),
  'platform_post.overdue': record({ ...target('processing'), ...lateness(true) }),
  'platform_post.identified': record(target('published', { isLive: true })),
  'platform_post.comment_unconfirmed': record(target('published', { isLive: true })),
  'media.failed': record({ id: text(sampleIds.media), post_id: nullable(text(sampleIds.post)), content_type: text('video/mp4'), status: text('failed'), error_message: text('The media could not be read') }),
} satisfies Record<string, Shape<unknown>>;
