import type { Account } from '../state/entities.js';
import type { World } from '../state/world.js';

/** Why calls of this account are refused now, one word or two each; nothing when all is well. */
export function accountTroubles({ grants }: World, { access_token, settings }: Account, now: number): string[] {
  const token = grants.tokens.get(access_token);
  const troubles: [string, boolean][] = [
    ['revoked', settings.revoked || token?.is_revoked === true],
    ['expired', settings.expired],
    // The token an account is born with; a client that refreshed in time has another.
    ['first token expired', !settings.expired && token !== undefined && token.expires_at !== null && now >= token.expires_at],
    ['checkpointed', settings.checkpointed],
    ['restricted', settings.restricted],
    [`throttled ${String(settings.throttle?.code)}`, settings.throttle !== null && settings.throttle.until > now],
  ];
  return troubles.filter(([, isSo]) => isSo).map(([name]) => name);
}
