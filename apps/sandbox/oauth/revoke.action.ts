import type { Account } from '../state/entities.js';
import type { App } from '../state/grants.js';
import type { Store } from '../state/store.js';
import { signedRequest } from './signed-request.js';

const TIMEOUT_MS = 5000;

/**
 * The person removes every app they had let in: all tokens answer 190/458 from now on, codes are worthless, and each of
 * these apps is told at its `deauthorize_url` (§8.4), once: no retry is documented.
 *
 * @returns the addresses that answered with success; the others are in the log
 */
export async function revokeGrant(store: Store, account: Account, log: (line: string) => void): Promise<{ deauthorized: string[] }> {
  const apps = connectedApps(store, account);
  await store.commit({ type: 'grant.revoked', user_id: account.user_id, client_id: null });
  const issuedAt = Math.floor(store.clock.now() / 1000);
  const told = await Promise.all(apps.map((app) => tell(app, signedRequest(app.client_secret, account.id, issuedAt), log)));
  return { deauthorized: told.filter((address) => address !== null) };
}

/** Apps that hold a token of Instagram Login which the person has not taken back before; each is known by its Instagram side. */
function connectedApps(store: Store, account: Account): App[] {
  const { apps, tokens } = store.world.grants;
  const ids = new Set<string>();
  for (const token of tokens.values()) {
    if (token.user_id === account.user_id && token.login === 'instagram' && !token.is_revoked) ids.add(token.client_id);
  }
  return [...ids].map((id) => apps.get(id)).filter((app) => app !== undefined);
}

async function tell(app: App, signed: string, log: (line: string) => void): Promise<string | null> {
  const address = app.deauthorize_url;
  if (address === null) return null;
  try {
    const answer = await fetch(address, { method: 'POST', body: new URLSearchParams({ signed_request: signed }), redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) });
    await answer.body?.cancel();
    if (answer.ok) return address;
    log(`sandbox: deauthorize callback ${address} answered HTTP ${String(answer.status)}`);
  } catch (error) {
    log(`sandbox: deauthorize callback ${address} failed: ${error instanceof Error ? error.message : String(error)}`);
  }
  return null;
}
