import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { AppError } from '#kernel/app-error';
import { after, Clock, minutes } from '#kernel/clock';
import type { Settings } from '#infra/config/settings';
import { SETTINGS } from '#infra/config/settings.module';
import { UnitOfWork } from '#infra/writes/unit-of-work';
import { NetworkRegistry } from '#networks/port/network-registry';
import type { SocialNetwork } from '#networks/port/social-network';
import type { CallerIdentity } from './caller.js';
import { callbackUrl, hashState, isAllowedRedirect } from './connection-redirect.rules.js';
import { ConnectionRepository } from './connection.repository.js';
import { ProfileService } from './profile.service.js';
import { refuseVanishedGroup } from './vanished-group.js';

/** How long a person may take on the network's page. */
const validFor = minutes(10);

/** Sends people out to a network's consent page with a state that works once. */
@Injectable()
export class ConnectionService {
  constructor(
    private readonly connections: ConnectionRepository,
    private readonly profiles: ProfileService,
    private readonly networks: NetworkRegistry,
    private readonly clock: Clock,
    private readonly writes: UnitOfWork,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** The page to send the person to. @throws AppError naming what is missing, not allowed or there already */
  async begin<A>(caller: CallerIdentity, groupId: string, input: { network: string | undefined; redirectUrl: string | undefined }, show: (url: string) => A): Promise<A> {
    const { network: name, redirectUrl } = input;
    if (!redirectUrl) throw new AppError('parameter_missing', 'Missing redirect_url');
    if (!name) throw new AppError('parameter_missing', 'Missing platform');
    const network = this.networks.find(name);
    if (!network) throw new AppError('validation_failed', `Unknown platform: ${name}. Known: ${this.networks.names().join(', ')}`);
    const { workspaceId, profileGroupId } = await this.profiles.inGroup(caller, groupId);
    if (!isAllowedRedirect(redirectUrl, this.settings.connectionRedirectOrigins)) throw new AppError('redirect_not_allowed');
    const state = randomBytes(32).toString('base64url');
    const url = network.connection.authorizeUrl({ state, redirectUri: callbackUrl(this.settings.publicUrl, name) });
    if (url === null) throw new AppError('state_conflict', `No app of ${network.displayName} is set up; see docs/configuration.md`);
    if (await this.isConnected(workspaceId, profileGroupId, network)) throw new AppError('state_conflict', 'Platform already connected');
    const now = this.clock.now();
    const attempt = { profileGroupId, network: name, stateHash: hashState(state), redirectUrl, expiresAt: after(now, validFor) };
    return this.writes.run(workspaceId, async ({ tx, record }) => {
      const targetId = await this.connections.begin(workspaceId, attempt, now, tx).catch(refuseVanishedGroup);
      record({ action: 'connection.begun', targetId, profileGroupId, after: { network: name, redirectUrl } });
      return url;
    }, show);
  }

  /** A profile that lapsed, or to which not all was granted, may be connected again. */
  private async isConnected(workspaceId: string, profileGroupId: string, network: SocialNetwork): Promise<boolean> {
    const profile = await this.connections.findProfile(workspaceId, profileGroupId, network.name);
    if (profile?.status !== 'active') return false;
    return profile.permissions.length === 0 || network.connection.permissions.every(({ name }) => profile.permissions.includes(name));
  }
}
