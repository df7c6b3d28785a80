import type { Login } from '../../state/entities.js';

const BOTH = [
  'comments', 'live_comments', 'messages', 'message_edit', 'message_reactions', 'messaging_postbacks', 'messaging_optins', 'messaging_referral',
  'messaging_seen', 'messaging_handover', 'messaging_policy_enforcement', 'response_feedback', 'standby',
];

/** What an account's events can be subscribed to (§6.1, "Fields"). */
export const WEBHOOK_FIELDS: Record<Login, readonly string[]> = {
  instagram: [...BOTH, 'message_echoes'],
  facebook: [...BOTH, 'mentions', 'story_insights'],
};
