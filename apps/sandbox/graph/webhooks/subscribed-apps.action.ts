import type { JsonObject } from '../../http/reply.js';
import { invalidParameter } from '../graph-error.js';
import type { GraphCall } from '../graph-route.js';
import { WEBHOOK_FIELDS } from './webhook-field.table.js';

/**
 * `POST /{ig}/subscribed_apps?subscribed_fields=comments,messages` (§6.1): without this call no event of the account is ever sent.
 * It replaces what was subscribed before, which is not documented. Deliveries come with the inbox.
 */
export async function subscribe({ params, store, token, login }: GraphCall): Promise<JsonObject> {
  const fields = params.list('subscribed_fields') ?? [];
  if (fields.length === 0) throw invalidParameter('The parameter subscribed_fields is required');
  const unknown = fields.find((field) => !WEBHOOK_FIELDS[login].includes(field));
  if (unknown !== undefined) throw invalidParameter(`Param subscribed_fields must be one of {${WEBHOOK_FIELDS[login].join(', ')}}, not ${unknown}`);
  await store.commit({ type: 'app.subscribed', user_id: token.user_id, client_id: token.client_id, fields: [...new Set(fields)] });
  return { success: true };
}

/** `GET` shows the calling app only, in the shape of `[recalled]` §6.1. */
export function listSubscriptions({ store, token, login }: GraphCall): JsonObject {
  const { grants } = store.world;
  const app = grants.apps.get(token.client_id);
  const fields = grants.fieldsOf(token.user_id, token.client_id);
  if (fields.length === 0) return { data: [] };
  return { data: [{ id: (login === 'facebook' ? app?.facebook_app_id : app?.client_id) ?? token.client_id, subscribed_fields: [...fields] }] };
}

export async function unsubscribe({ store, token }: GraphCall): Promise<JsonObject> {
  await store.commit({ type: 'app.subscribed', user_id: token.user_id, client_id: token.client_id, fields: [] });
  return { success: true };
}
