import type { Account } from '../../state/entities.js';
import { GraphError } from '../graph-error.js';

/** A restricted account can read, but neither make containers nor publish (§2.3, 25/2207050). */
export function refuseRestricted(account: Account): void {
  if (account.settings.restricted) throw new GraphError('25/2207050');
}
