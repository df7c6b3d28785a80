import { randomBytes } from 'node:crypto';
import type { Account } from '../state/entities.js';
import type { Store } from '../state/store.js';
import type { AuthorizeRequest } from './authorize-request.reader.js';

/** The person lets the app in. Answers the code, which is on disk by then. */
export async function approve(store: Store, account: Account, request: AuthorizeRequest, scopes: string[]): Promise<string> {
  await heal(store, account, scopes);
  const code = `AQ${randomBytes(96).toString('base64url')}`;
  await store.commit({
    type: 'code.issued',
    code: {
      code, login: request.login, client_id: request.app.client_id, user_id: account.user_id, redirect_uri: request.redirectUri,
      scopes, issued_at: store.clock.now(), is_used: false,
    },
  });
  return code;
}

/**
 * Coming back mends what the account's settings had broken, for new tokens only: those of before stay revoked or expired. What
 * was ticked now is given again. A checkpoint stays, as it is not the app's page where it is solved (§2.4: 190/459).
 */
async function heal(store: Store, account: Account, scopes: string[]): Promise<void> {
  const { user_id, settings } = account;
  const { revoked, expired, permissions } = settings;
  const isNewlyGiven = permissions !== null && scopes.some((scope) => !permissions.includes(scope));
  if (!revoked && !expired && !isNewlyGiven) return;
  if (revoked) await store.commit({ type: 'grant.revoked', user_id, client_id: null });
  if (expired) await endTokens(store, account);
  const left = permissions === null ? null : [...new Set([...permissions, ...scopes])];
  await store.commit({ type: 'account.settings_changed', user_id, settings: { ...account.settings, revoked: false, expired: false, permissions: left } });
}

async function endTokens(store: Store, account: Account): Promise<void> {
  const now = store.clock.now();
  const alive = [...store.world.grants.tokens.values()].filter((token) => token.user_id === account.user_id && (token.expires_at === null || token.expires_at > now));
  await Promise.all(alive.map((token) => store.commit({ type: 'token.issued', token: { ...token, expires_at: now }, code: null })));
}
