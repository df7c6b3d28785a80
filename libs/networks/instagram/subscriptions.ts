import type { NetworkAccount, SubscriptionCapability } from '#networks/port/social-network';
import type { GraphClient } from './graph/graph-client.js';

/**
 * Fields of Instagram Login's webhooks (§6.1 "Fields"), by the permission without which they mean nothing (§8.1). Left out: what is Facebook
 * Login's alone (`mentions`, `story_insights`), and what concerns sharing a thread with other apps (`messaging_handover`, `standby`,
 * `messaging_policy_enforcement`, `response_feedback`).
 */
const webhookFields: readonly { readonly field: string; readonly needs: string }[] = [
  ...['comments', 'live_comments'].map((field) => ({ field, needs: 'instagram_business_manage_comments' })),
  ...['messages', 'message_edit', 'message_echoes', 'message_reactions', 'messaging_postbacks', 'messaging_optins', 'messaging_referral', 'messaging_seen']
    .map((field) => ({ field, needs: 'instagram_business_manage_messages' })),
];

/** Without this call for each account, no event of it is ever sent (§6.1). */
export class InstagramSubscriptions implements SubscriptionCapability {
  constructor(private readonly graph: GraphClient) {}

  fieldsFor(permissions: readonly string[]): readonly string[] {
    return webhookFields.filter(({ needs }) => permissions.length === 0 || permissions.includes(needs)).map(({ field }) => field);
  }

  async subscribe({ accessToken }: NetworkAccount, fields: readonly string[]): Promise<void> {
    await this.graph.call({ step: 'read', method: 'POST', path: '/me/subscribed_apps', params: { subscribed_fields: fields.join(',') }, accessToken });
  }

  async unsubscribe({ accessToken }: NetworkAccount): Promise<void> {
    await this.graph.call({ step: 'read', method: 'DELETE', path: '/me/subscribed_apps', accessToken });
  }
}
