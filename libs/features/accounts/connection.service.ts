import { createHash, randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { AppError } from '#kernel/app-error';
import { after, Clock, minutes } from '#kernel/clock';
import type { Settings } from '#infra/config/settings';
import { SETTINGS } from '#infra/config/settings.module';
import { Logger } from '#infra/logging/logger';
import { NetworkError } from '#networks/port/network-error';
import { NetworkRegistry } from '#networks/port/network-registry';
import type { SocialNetwork } from '#networks/port/social-network';
import type { CallerIdentity } from './caller.js';
import { isAllowedRedirect, returnAddress, type ConnectionFailure } from './connection-redirect.rules.js';
import { ConnectionRepository, type PendingConnection } from './connection.repository.js';
import { ProfileService } from './profile.service.js';
import { refuseVanishedGroup } from './vanished-group.js';

/** How long a person may take on the network's page. */
const validFor = minutes(10);

/** What the network's page sent the person back with (OAuth 2). */
export interface ConnectionReturn {
  readonly state: string | null;
  readonly code: string | null;
  /** e.g. `access_denied`: the person said no. */
  readonly error: string | null;
}

/** Connects accounts: out to the network's consent page with a state that works once, and back with a token. */
@Injectable()
export class ConnectionService {
  constructor(
    private readonly connections: ConnectionRepository,
    private readonly profiles: ProfileService,
    private readonly networks: NetworkRegistry,
    private readonly clock: Clock,
    private readonly logger: Logger,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** The page to send the person to. @throws AppError naming what is missing, not allowed or there already */
  async begin(caller: CallerIdentity, groupId: string, input: { network: string | undefined; redirectUrl: string | undefined }): Promise<string> {
    const { network: name, redirectUrl } = input;
    if (!redirectUrl) throw new AppError('parameter_missing', 'Missing redirect_url');
    if (!name) throw new AppError('parameter_missing', 'Missing platform');
    const network = this.networks.find(name);
    if (!network) throw new AppError('validation_failed', `Unknown platform: ${name}. Known: ${this.networks.names().join(', ')}`);
    const { workspaceId, profileGroupId } = await this.profiles.inGroup(caller, groupId);
    if (!isAllowedRedirect(redirectUrl, this.settings.connectionRedirectOrigins)) throw new AppError('redirect_not_allowed');
    const state = randomBytes(32).toString('base64url');
    const url = network.connection.authorizeUrl({ state, redirectUri: this.callbackUrl(name) });
    if (url === null) throw new AppError('state_conflict', `No app of ${network.displayName} is set up; see docs/configuration.md`);
    if (await this.isConnected(workspaceId, profileGroupId, network)) throw new AppError('state_conflict', 'Platform already connected');
    const now = this.clock.now();
    await this.connections.begin(workspaceId, { profileGroupId, network: name, stateHash: hashState(state), redirectUrl, expiresAt: after(now, validFor) }, now).catch(refuseVanishedGroup);
    return url;
  }

  /**
   * Where to send the person who comes back. Every failure ends at the caller's own address, as soon as the state tells it.
   *
   * @throws AppError connection_state_invalid for a state that was never given out
   */
  async finish(networkName: string, back: ConnectionReturn): Promise<string> {
    const network = this.networks.find(networkName);
    if (!network) throw new AppError('not_found');
    const found = back.state === null ? null : await this.connections.take(networkName, hashState(back.state), this.clock.now());
    if (!found) throw new AppError('connection_state_invalid');
    return returnAddress(found.attempt.redirectUrl, found.isTaken ? await this.complete(network, found.attempt, back) : 'update_failed');
  }

  private async complete(network: SocialNetwork, attempt: PendingConnection, back: ConnectionReturn): Promise<ConnectionFailure | null> {
    if (back.error === 'access_denied') return 'user_abandoned';
    if (!back.code) return 'update_failed';
    const { workspaceId, profileGroupId } = attempt;
    try {
      const account = await network.connection.redeem(back.code, this.callbackUrl(network.name));
      const seal = (profileId: string): string => this.profiles.sealToken(workspaceId, profileId, account.token.accessToken);
      const outcome = await this.connections.store(workspaceId, { profileGroupId, network: network.name, account, seal }, this.clock.now());
      if (outcome === 'stored') return null;
      this.logger.warn({ workspaceId, profileGroupId, outcome }, 'A connected account was not stored');
      return outcome === 'connected_elsewhere' ? 'account_is_already_connected' : 'update_failed';
    } catch (error) {
      const facts = error instanceof NetworkError ? { class: error.errorClass, ...error.facts } : { err: error };
      this.logger.error({ workspaceId, profileGroupId, ...facts }, 'An account could not be connected');
      return 'update_failed';
    }
  }

  /** A profile that lapsed, or to which not all was granted, may be connected again. */
  private async isConnected(workspaceId: string, profileGroupId: string, network: SocialNetwork): Promise<boolean> {
    const profile = await this.connections.findProfile(workspaceId, profileGroupId, network.name);
    if (profile?.status !== 'active') return false;
    return profile.permissions.length === 0 || network.connection.permissions.every(({ name }) => profile.permissions.includes(name));
  }

  /** Sent to the network twice, byte for byte the same. */
  private callbackUrl(network: string): string {
    return `${this.settings.publicUrl}/api/connections/${network}/callback`;
  }
}

function hashState(state: string): string {
  return createHash('sha256').update(state).digest('hex');
}
