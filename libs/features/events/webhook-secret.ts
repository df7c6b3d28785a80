import { randomBytes } from 'node:crypto';

/** As Standard Webhooks writes it: its libraries take it as it is. */
export function newWebhookSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}
