import { choice, moment, nullable, open, optional, record, text, whole, type Shape } from './shape.js';
import { sampleIds } from './sample-ids.js';

const day = 86_400_000;
const profileStatuses = ['active', 'expired', 'inactive'] as const;

const profileFields = (status: (typeof profileStatuses)[number]) => ({
  id: text(sampleIds.profile), name: text('Bay Area Coffee'), platform: text('instagram'), profile_group_id: text(sampleIds.group), status: choice(profileStatuses, status),
  status_reason: optional(text('account_blocked', 'Why it is `inactive`')), uid: text('17841400008460056', "The network's id of the account"), username: text('bayareacoffee'),
});

export const accountEventData = {
  'profile.connected': record(profileFields('active')),
  'profile.disconnected': record(profileFields('expired')),
  'profile.stats': record({
    profile_id: text(sampleIds.profile), platform: text('instagram'), placement_id: nullable(text(''), 'null'), stats: open({ followers_count: 12408, follows_count: 311, media_count: 904, reach_7d: 58210 }), recorded_at: moment(),
  }),
  'token.expiring': record({ ...profileFields('active'), expires_at: moment(7 * day), days_left: whole(7) }),
  'webhook.failing': record({
    id: text(sampleIds.webhook), url: text('https://example.com/hooks/heliograph'), percent: whole(50), failing_since: moment(-2.5 * day), disables_at: moment(2.5 * day),
  }),
  'webhook.disabled': record({
    id: text(sampleIds.webhook), url: text('https://example.com/hooks/heliograph'), reason: choice(['gone', 'failing'], 'failing'), disabled_at: moment(), failing_since: nullable(moment(-5 * day)),
  }),
  'webhook.test': record({ message: text('This is a test of your webhook') }),
} satisfies Record<string, Shape<unknown>>;
