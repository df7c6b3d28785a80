import { choice, flag, list, moment, nullable, open, optional, record, text, whole, type Shape } from './shape.js';
import { sampleIds } from './sample-ids.js';

const minute = 60_000;
const messageStatuses = ['pending', 'published', 'failed_waiting_for_retry', 'failed', 'received'] as const;
const commentStatuses = ['synced', 'pending', 'published', 'failed'] as const;
const person = { external_id: '1784140000123456', username: 'matcha.mia', name: 'Mia' };

const comment = (status: (typeof commentStatuses)[number], isHidden = false) => ({
  id: text('cmt_06f3k2v4n8q7r9s0t1w2x3y4z5'), external_id: nullable(text('17912345678901234')), body: text('Is it there on Sundays, too?'), status: choice(commentStatuses, status), author_username: nullable(text(person.username)),
  author_avatar_url: nullable(text(''), 'null'), author_external_id: nullable(text(person.external_id)), parent_external_id: nullable(text(''), 'null'), like_count: whole(0), is_hidden: flag(isHidden),
  permalink: nullable(text(''), 'null'), platform_data: nullable(open({}), 'null'), metadata: nullable(open({}), 'null'), attachments: list(open({}), 0), posted_at: nullable(moment(-minute)), created_at: moment(), replies: list(open({}), 0),
  post_id: text(sampleIds.post), platform_post_id: text(sampleIds.target), platform: text('instagram'), author_name: nullable(text(person.name)), reply_count: whole(0),
});

const attachment = record({ id: text('atc_06f3k2v4n8q7r9s0t1w2x3y4z5'), type: choice(['image', 'video', 'audio', 'sticker', 'file', 'share', 'story_mention']), url: nullable(text('')), status: text('stored'), external_id: nullable(text('')) });
const reaction = record({ sender_external_id: text(person.external_id), emoji: nullable(text('❤️')), reaction: nullable(text('love')), at: moment() });

type Event = 'received' | 'sent' | 'delivered' | 'read' | 'edited' | 'deleted' | 'failed' | 'failed_waiting_for_retry';

/** A message after the event: what happened to it so far is told by which times it has. */
function message(event: Event) {
  const isInbound = ['received', 'edited', 'deleted'].includes(event);
  const status = event === 'failed' || event === 'failed_waiting_for_retry' ? event : isInbound ? 'received' : 'published';
  const isFailed = status.startsWith('failed');
  const since = (events: readonly Event[], offset = 0) => nullable(moment(offset), events.includes(event) ? 'value' : 'null');
  return record({
    id: text('msg_06f3k2v4n8q7r9s0t1w2x3y4z5'), chat_id: text('chat_06f3k2v4n8q7r9s0t1w2x3y4z5'), external_id: nullable(text('aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlE'), isFailed ? 'null' : 'value'), direction: choice(['inbound', 'outbound'], isInbound ? 'inbound' : 'outbound'),
    body: nullable(text(isInbound ? 'Are you open today?' : 'Yes, until six.'), event === 'deleted' ? 'null' : 'value'), status: choice(messageStatuses, status), tag: nullable(text('HUMAN_AGENT'), 'null'), external_comment_id: nullable(text(''), 'null'),
    error_message: nullable(text('The person can be written to within 24 hours of their last message only'), isFailed ? 'value' : 'null'), platform_data: nullable(open({}), 'null'), external_posted_at: nullable(moment(-minute), isFailed ? 'null' : 'value'),
    external_delivered_at: since(['delivered', 'read']), external_read_at: since(['read']), external_edited_at: since(['edited']), external_deleted_at: since(['deleted']), reply_to_external_id: nullable(text(''), 'null'),
    quick_replies: optional(list(open({}))), tapped_action: optional(open({})), story_reply: optional(open({})), reactions: list(reaction, 0), attachments: list(attachment, 0), is_unsupported: flag(false), created_at: moment(),
  });
}
const ofMessage = (event: Event) => record({ message: message(event) });

const chat = record({
  id: text('chat_06f3k2v4n8q7r9s0t1w2x3y4z5'), profile_id: text(sampleIds.profile), platform: text('instagram'), participant_external_id: text(person.external_id), participant_username: nullable(text(person.username)), participant_name: nullable(text(person.name)),
  participant_avatar_url: nullable(text(''), 'null'), external_conversation_id: nullable(text(''), 'null'), last_inbound_at: nullable(moment(-minute)), last_outbound_at: nullable(moment(), 'null'), last_message_at: nullable(moment(-minute)),
  metadata: nullable(open({}), 'null'), window: record({ open: flag(true), closes_at: nullable(moment(24 * 60 * minute)), human_agent_until: nullable(moment(7 * 24 * 60 * minute)) }), unread_count: whole(1), archived: flag(false), created_at: moment(-minute),
});

export const conversationEventData = {
  'comment.created': record(comment('synced')),
  'comment.failed': record(comment('failed')),
  'comment.failed_waiting_for_retry': record(comment('failed')),
  'comment.hidden': record(comment('synced', true)),
  'comment.deleted': record(comment('synced')),
  'comment.moderated': record(comment('synced', true)),
  'mention.received': record({
    profile_id: text(sampleIds.profile), platform: text('instagram'), external_media_id: text('17912345678901235'), external_comment_id: nullable(text('17912345678901236')), body: nullable(text('Found the best one at @bayareacoffee')),
    author_username: nullable(text(person.username)), permalink: nullable(text('https://www.instagram.com/p/DFx2aBcDeFh/')), occurred_at: moment(-minute),
  }),
  'message.received': ofMessage('received'),
  'message.sent': ofMessage('sent'),
  'message.delivered': ofMessage('delivered'),
  'message.read': ofMessage('read'),
  'message.edited': ofMessage('edited'),
  'message.deleted': ofMessage('deleted'),
  'message.failed': ofMessage('failed'),
  'message.failed_waiting_for_retry': ofMessage('failed_waiting_for_retry'),
  'reaction.received': record({
    message: message('sent'), sender_external_id: text(person.external_id), action: choice(['react', 'unreact']), reaction: nullable(text('love')), emoji: nullable(text('❤️')), occurred_at: moment(),
  }),
  'referral.received': record({ chat, ref: nullable(text('summer-menu')), source: text('SHORTLINK'), occurred_at: moment() }),
} satisfies Record<string, Shape<unknown>>;
