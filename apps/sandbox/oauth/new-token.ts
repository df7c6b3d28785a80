import { newAccessToken } from '../state/identifiers.js';
import type { Token } from '../state/grants.js';

type Grant = Pick<Token, 'login' | 'kind' | 'user_id' | 'client_id' | 'scopes'>;

/** @param lifeMs null: until revoked */
export function newToken(grant: Grant, now: number, lifeMs: number | null, pageToken: string | null = null): Token {
  const { login, kind, user_id, client_id, scopes } = grant;
  return {
    token: newAccessToken(login), login, kind, user_id, client_id, scopes,
    issued_at: now, expires_at: lifeMs === null ? null : now + lifeMs, is_revoked: false, page_token: pageToken,
  };
}
