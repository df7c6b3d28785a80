import { Injectable } from '@nestjs/common';
import { seconds } from '#kernel/clock';
import { Logger } from '#infra/logging/logger';
import { NetworkRegistry } from '#networks/port/network-registry';
import type { NetworkAccount } from '#networks/port/social-network';
import type { CallerIdentity } from './caller.js';
import { ProfileService } from './profile.service.js';

/** How long an answer waits for the network to hear of it. */
const farewellLimit = seconds(3);

/** Takes an account out of its group, and asks its network to send no more events of it. */
@Injectable()
export class ProfileRemovalService {
  constructor(
    private readonly profiles: ProfileService,
    private readonly networks: NetworkRegistry,
    private readonly logger: Logger,
  ) {}

  /** @throws AppError not_found; state_conflict while a post to it is still to go out. Never for what the network says. */
  async remove<A>(caller: CallerIdentity, id: string, show: () => A): Promise<A> {
    const { network } = await this.profiles.get(caller, id);
    // Opened before, for the token goes with the profile.
    const account = await this.profiles.openAccount(caller.workspaceId, id).catch((error: unknown) => this.note(caller.workspaceId, id, error));
    const answer = await this.profiles.remove(caller, id, show);
    if (account) await this.unsubscribe(caller.workspaceId, id, network, account);
    return answer;
  }

  /** Waited for, so that it does not overtake a connection that is made right after; not for long, for an event too many harms nobody. */
  private async unsubscribe(workspaceId: string, id: string, network: string, account: NetworkAccount): Promise<void> {
    const call = this.networks.get(network).subscriptions.unsubscribe(account).catch((error: unknown) => this.note(workspaceId, id, error));
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => (timer = setTimeout(resolve, farewellLimit)));
    await Promise.race([call, limit]);
    clearTimeout(timer);
  }

  private note(workspaceId: string, profileId: string, error: unknown): null {
    this.logger.warn({ workspaceId, profileId, err: error }, 'The events of a removed account could not be unsubscribed');
    return null;
  }
}
