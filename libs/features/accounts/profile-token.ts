import { profileAccessToken, secretContext } from '#infra/crypto/encrypted-columns';

/** What an encrypted access token is bound to: copied to another row or workspace, it does not open. */
export function tokenContext(workspaceId: string, profileId: string): string {
  return secretContext(profileAccessToken, workspaceId, profileId);
}

/** What a profile holds once it may no longer be acted for. */
export const withoutToken = {
  accessToken: '', tokenExpiresAt: null, tokenIssuedAt: null, refreshAfter: null, refreshLease: null, refreshLeasedUntil: null,
  webhookFields: [], webhookSubscribedAt: null, webhookError: null, webhookDueAt: null,
};
