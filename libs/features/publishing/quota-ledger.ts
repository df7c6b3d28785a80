import { Injectable } from '@nestjs/common';
import { after, Clock, minutes, seconds } from '#kernel/clock';
import { Logger } from '#infra/logging/logger';
import { findTokenFault, ProfilePaceRepository, ProfileService } from '#features/accounts/index';
import { NetworkError } from '#networks/port/network-error';
import { NetworkRegistry } from '#networks/port/network-registry';
import { limitPause } from './publish.plan.js';
import { isFull, mustLeave, needsReading, roomAt, windowOf, type QuotaReading } from './publish.quota.js';
import type { ProfileStanding } from './publish-standing.repository.js';
import type { PublishTarget } from './publish-target.js';

/** The window of containers rolls; nobody tells when the next leaves it. */
export const budgetPause = minutes(30);

type Owner = Pick<PublishTarget, 'workspaceId' | 'profileId' | 'network'>;

/** How many containers an account may still make, and how many posts publish: the network's count, and our own posts since it was read. */
@Injectable()
export class QuotaLedger {
  constructor(
    private readonly paces: ProfilePaceRepository,
    private readonly profiles: ProfileService,
    private readonly networks: NetworkRegistry,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** When there is room for one more post; null: now, as far as anybody knows. */
  async room(owner: Owner, standing: ProfileStanding): Promise<Date | null> {
    const known = readingOf(standing);
    const reading = needsReading(known, standing.pace?.quotaAskedAt ?? null, this.clock.now()) ? ((await this.ask(owner)) ?? known) : known;
    return reading && isFull(reading) ? this.roomIn(owner, reading) : null;
  }

  /** The beginning of the window in which a network counts containers. */
  containersSince(network: string): Date {
    return after(this.clock.now(), -seconds(this.networks.get(network).publishing.containerBudget.windowSeconds));
  }

  /** When one more container may be made; null: now. */
  containerRoom(network: string, { containersMade }: ProfileStanding): Date | null {
    return containersMade < this.networks.get(network).publishing.containerBudget.amount ? null : after(this.clock.now(), budgetPause);
  }

  /** After the network has refused a post for its quota. */
  async roomAfterRefusal(owner: Owner): Promise<Date> {
    const now = this.clock.now();
    const reading = await this.ask(owner);
    return reading && isFull(reading) ? this.roomIn(owner, reading) : after(now, limitPause);
  }

  private async roomIn(owner: Owner, reading: QuotaReading): Promise<Date> {
    const now = this.clock.now();
    const own = await this.paces.published(owner.workspaceId, owner.profileId, after(now, -windowOf(reading)), mustLeave(reading) - 1);
    return roomAt(reading, own, now);
  }

  /** Null: the network did not answer, or nothing opens the token. That is no reason to hold a post back: its own call tells what is wrong. */
  private async ask({ workspaceId, profileId, network }: Owner): Promise<QuotaReading | null> {
    const now = this.clock.now();
    await this.paces.noteQuotaAsked(workspaceId, profileId, now);
    try {
      const account = await this.profiles.openAccount(workspaceId, profileId);
      if (!account) return null;
      const limit = await this.networks.get(network).accounts.publishingLimit(account);
      await this.paces.keepQuota(workspaceId, profileId, limit, now);
      return { ...limit, readAt: now, since: 0 };
    } catch (error) {
      const tokenFault = findTokenFault(error);
      if (!(error instanceof NetworkError) && tokenFault === null) throw error;
      const failure = error instanceof NetworkError ? { errorClass: error.errorClass, code: error.facts.code } : { tokenFault };
      this.logger.info({ workspaceId, profileId, ...failure }, 'The network did not say how much may still be published');
      return null;
    }
  }
}

function readingOf({ pace, publishedSince }: ProfileStanding): QuotaReading | null {
  if (!pace?.quotaReadAt || pace.quotaUsed === null) return null;
  return { used: pace.quotaUsed, total: pace.quotaTotal, windowSeconds: pace.quotaSeconds, readAt: pace.quotaReadAt, since: publishedSince };
}
