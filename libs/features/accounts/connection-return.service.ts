import { Inject, Injectable } from '@nestjs/common';
import { AppError } from '#kernel/app-error';
import { Clock, minutes } from '#kernel/clock';
import type { Settings } from '#infra/config/settings';
import { SETTINGS } from '#infra/config/settings.module';
import { Logger } from '#infra/logging/logger';
import { NetworkError } from '#networks/port/network-error';
import { NetworkRegistry } from '#networks/port/network-registry';
import type { SocialNetwork } from '#networks/port/social-network';
import { callbackUrl, hashState, returnAddress, type ConnectionFailure } from './connection-redirect.rules.js';
import { ConnectionReturnRepository, type PendingConnection } from './connection-return.repository.js';
import { ProfileService } from './profile.service.js';

/** What the network's page sent the person back with (OAuth 2). */
export interface ConnectionReturn {
  readonly state: string | null;
  readonly code: string | null;
  /** e.g. `access_denied`: the person said no. */
  readonly error: string | null;
}

/** Takes people in who come back from a network's consent page, and stores the account they connected. */
@Injectable()
export class ConnectionReturnService {
  constructor(
    private readonly returns: ConnectionReturnRepository,
    private readonly profiles: ProfileService,
    private readonly networks: NetworkRegistry,
    private readonly clock: Clock,
    private readonly logger: Logger,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * Where to send the person who comes back. Every failure ends at the caller's own address, as soon as the state tells it.
   *
   * @throws AppError connection_state_invalid for a state that was never given out
   */
  async finish(networkName: string, back: ConnectionReturn): Promise<string> {
    const network = this.networks.find(networkName);
    if (!network) throw new AppError('not_found');
    const found = back.state === null ? null : await this.returns.take(networkName, hashState(back.state), this.clock.now());
    if (!found) throw new AppError('connection_state_invalid');
    return returnAddress(found.attempt.redirectUrl, found.isTaken ? await this.complete(network, found.attempt, back) : 'update_failed');
  }

  private async complete(network: SocialNetwork, attempt: PendingConnection, back: ConnectionReturn): Promise<ConnectionFailure | null> {
    if (back.error === 'access_denied') return 'user_abandoned';
    if (!back.code) return 'update_failed';
    const { workspaceId, profileGroupId } = attempt;
    try {
      const account = await network.connection.redeem(back.code, callbackUrl(this.settings.publicUrl, network.name));
      const seal = (profileId: string): string => this.profiles.sealToken(workspaceId, profileId, account.token.accessToken);
      const lead = minutes(this.settings.publishPrepareMinutes);
      const outcome = await this.returns.store(workspaceId, { profileGroupId, network: network.name, account, seal, lead }, this.clock.now());
      if (outcome === 'stored') return null;
      this.logger.warn({ workspaceId, profileGroupId, outcome }, 'A connected account was not stored');
      return outcome === 'connected_elsewhere' ? 'account_is_already_connected' : 'update_failed';
    } catch (error) {
      const facts = error instanceof NetworkError ? { class: error.errorClass, ...error.facts } : { err: error };
      this.logger.error({ workspaceId, profileGroupId, ...facts }, 'An account could not be connected');
      return 'update_failed';
    }
  }
}
