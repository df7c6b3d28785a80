import { Inject, Injectable } from '@nestjs/common';
import { after, Clock, days, hours } from '#kernel/clock';
import type { Settings } from '#infra/config/settings';
import { SETTINGS } from '#infra/config/settings.module';
import { Logger } from '#infra/logging/logger';
import { NetworkError } from '#networks/port/network-error';
import { NetworkRegistry } from '#networks/port/network-registry';
import type { SocialNetwork } from '#networks/port/social-network';
import { lossOf, noticesFor } from './account-loss.rules.js';
import { findTokenFault, ProfileService } from './profile.service.js';
import { TokenRefreshRepository, type StaleToken } from './token-refresh.repository.js';

export type RefreshOutcome = 'renewed' | 'expired' | 'postponed' | 'superseded';

/** Renews tokens long before they run out, so that a network that is away for days disconnects nobody. */
@Injectable()
export class TokenRefreshService {
  constructor(
    private readonly tokens: TokenRefreshRepository,
    private readonly profiles: ProfileService,
    private readonly networks: NetworkRegistry,
    private readonly clock: Clock,
    private readonly logger: Logger,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Renews the token that runs out first. Null: none is due. */
  async refreshNext(): Promise<RefreshOutcome | null> {
    for (const name of this.networks.names()) {
      const network = this.networks.get(name);
      const now = this.clock.now();
      const due = { expiresBefore: after(now, days(this.settings.tokenRefreshDays)), issuedBefore: after(now, -network.connection.refreshableAfter) };
      const stale = await this.tokens.claim(name, due, now);
      if (stale) return this.refresh(network, stale);
    }
    return null;
  }

  /**
   * Renews, and when nothing is left to renew, warns of a token that runs out: so a warning tells that renewing fails or is impossible, also after
   * days without a worker. Null: nothing is due.
   */
  async next(): Promise<unknown> {
    return (await this.refreshNext()) ?? (await this.warnNext());
  }

  /** @returns of how many days it warned; null: no token is due for it */
  warnNext(): Promise<number | null> {
    return this.tokens.warnNext(noticesFor(this.settings.tokenRefreshDays), this.clock.now());
  }

  private async refresh(network: SocialNetwork, stale: StaleToken): Promise<RefreshOutcome> {
    const { workspaceId, id } = stale;
    try {
      const token = await network.connection.refresh(this.profiles.openToken(workspaceId, id, stale.accessToken));
      const sealed = this.profiles.sealToken(workspaceId, id, token.accessToken);
      return (await this.tokens.store(stale, { sealed, expiresAt: token.expiresAt }, this.clock.now())) ? 'renewed' : 'superseded';
    } catch (error) {
      return this.settleFailure(stale, error);
    }
  }

  /** Only a token that the network calls dead, or that nothing opens any more, lapses; whatever else went wrong is tried again, more often near the end. */
  private async settleFailure(stale: StaleToken, error: unknown): Promise<RefreshOutcome> {
    const { workspaceId, id } = stale;
    const now = this.clock.now();
    const known = error instanceof NetworkError ? error : null;
    this.logger.warn({ workspaceId, profileId: id, ...(known ? { class: known.errorClass, ...known.facts } : { err: error }) }, 'A token could not be renewed');
    const loss = known ? lossOf(known) : findTokenFault(error) === 'damaged' ? 'profile_disconnected' : null;
    if (loss) return (await this.tokens.lose(stale, loss, now)) ? 'expired' : 'superseded';
    const isUrgent = stale.tokenExpiresAt.getTime() - now.getTime() < days(2);
    const pause = after(now, isUrgent ? hours(1) : hours(6));
    await this.tokens.postpone(stale, known?.retryAt && known.retryAt > pause ? known.retryAt : pause);
    return 'postponed';
  }
}
