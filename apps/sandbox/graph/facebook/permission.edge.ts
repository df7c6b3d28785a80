import type { JsonObject } from '../../http/reply.js';
import { invalidParameter } from '../graph-error.js';
import type { GraphCall } from '../graph-route.js';

/** `GET /me/permissions` (§8.2): what this token asked for, and what the person has taken back since. */
export function listPermissions({ token, account }: GraphCall): JsonObject {
  const left = account.settings.permissions;
  return {
    data: token.scopes.map((permission) => ({ permission, status: left === null || left.includes(permission) ? 'granted' : 'declined' })),
  };
}

/**
 * `DELETE /me/permissions` takes the app's whole grant back: every token of it answers 190/458 from then on. The grant is one for
 * both logins here. A single permission is taken back through the account's settings.
 */
export async function revokePermissions({ params, token, store }: GraphCall): Promise<JsonObject> {
  if (params.has('permission')) throw invalidParameter('Param permission is not supported: all permissions are revoked together');
  await store.commit({ type: 'grant.revoked', user_id: token.user_id, client_id: token.client_id });
  return { success: true };
}
