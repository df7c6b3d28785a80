import { type Capability, permissionFor } from '../state/permissions.js';
import { GraphError } from './graph-error.js';
import type { GraphCall } from './graph-route.js';

/** What the token was given and the person has not taken back (§2.3: code 10). */
export function requirePermission({ account, token, login }: Pick<GraphCall, 'account' | 'token' | 'login'>, capability: Capability): void {
  const permission = permissionFor(capability, login);
  const { permissions } = account.settings;
  if (token.scopes.includes(permission) && (permissions === null || permissions.includes(permission))) return;
  throw new GraphError('10', `(#10) Application does not have permission for this action. It needs ${permission}`);
}
