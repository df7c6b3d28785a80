import { Injectable } from '@nestjs/common';
import { after, Clock, seconds } from '#kernel/clock';
import type { PublishingLimit } from '#networks/port/social-network';
import type { CallerIdentity } from './caller.js';
import { NetworkUsageRepository } from './network-usage.repository.js';
import { throttleOf, type Throttle } from './network-usage.rules.js';
import { ProfileNetworkService } from './profile-network.service.js';
import { ProfilePaceRepository } from './profile-pace.repository.js';

/** What a profile's network lets happen: how many posts, how many calls. */
@Injectable()
export class ProfileLimitService {
  constructor(
    private readonly paces: ProfilePaceRepository,
    private readonly usages: NetworkUsageRepository,
    private readonly network: ProfileNetworkService,
    private readonly clock: Clock,
  ) {}

  /** From what is stored. */
  async throttle({ workspaceId, id, network }: { workspaceId: string; id: string; network: string }): Promise<Throttle> {
    const [account, installation] = await Promise.all([this.paces.find(workspaceId, id), this.usages.find(network)]);
    return throttleOf(account, installation, this.clock.now());
  }

  /**
   * Asks the network, and keeps the answer for the workers. `resetsAt`: when the first post of the window leaves it, of those
   * published here; null: none was.
   *
   * @throws AppError as `ProfileNetworkService.ask`
   */
  async publishingLimit(caller: CallerIdentity, id: string): Promise<PublishingLimit & { resetsAt: Date | null }> {
    const now = this.clock.now();
    const limit = await this.network.ask(caller, id, (network, account) => network.accounts.publishingLimit(account));
    await this.paces.keepQuota(caller.workspaceId, id, limit, now);
    const window = limit.windowSeconds === null ? null : seconds(limit.windowSeconds);
    const first = window && (await this.paces.published(caller.workspaceId, id, after(now, -window), 0)).at;
    return { ...limit, resetsAt: window && first ? after(first, window) : null };
  }
}
