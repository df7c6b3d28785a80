import { Injectable } from '@nestjs/common';
import { AppError } from '#kernel/app-error';
import { Clock } from '#kernel/clock';
import { newId } from '#kernel/ids';
import type { AuditFact } from '#infra/writes/audit-entry';
import { UnitOfWork } from '#infra/writes/unit-of-work';
import { NetworkError } from '#networks/port/network-error';
import { NetworkRegistry } from '#networks/port/network-registry';
import type { IceBreaker, NetworkAccount, Placement, SocialNetwork } from '#networks/port/social-network';
import { CallBudgets } from './call-budgets.service.js';
import type { CallerIdentity } from './caller.js';
import { networkFailure, networkFailureDetails } from './network-failure.rules.js';
import { ProfileService } from './profile.service.js';

/** What a caller asks a profile's network for while they wait. */
@Injectable()
export class ProfileNetworkService {
  constructor(
    private readonly profiles: ProfileService,
    private readonly networks: NetworkRegistry,
    private readonly writes: UnitOfWork,
    private readonly clock: Clock,
    private readonly budgets: CallBudgets,
  ) {}

  /** @throws AppError as `ask`, where the network has placements */
  async placements(caller: CallerIdentity, id: string): Promise<readonly Placement[]> {
    const { placements } = this.networks.get((await this.profiles.get(caller, id)).network);
    return placements ? this.ask(caller, id, (_, account) => placements.list(account)) : [];
  }

  iceBreakers(caller: CallerIdentity, id: string): Promise<readonly IceBreaker[]> {
    return this.askIceBreakers(caller, id, (network, account) => network.iceBreakers.list(account));
  }

  async replaceIceBreakers<A>(caller: CallerIdentity, id: string, iceBreakers: readonly IceBreaker[], show: () => A): Promise<A> {
    await this.askIceBreakers(caller, id, (network, account) => network.iceBreakers.replace(account, iceBreakers));
    return this.note(caller, { action: 'profile.ice_breakers_replaced', targetId: id, after: iceBreakers }, show);
  }

  async clearIceBreakers<A>(caller: CallerIdentity, id: string, show: () => A): Promise<A> {
    await this.askIceBreakers(caller, id, (network, account) => network.iceBreakers.clear(account));
    return this.note(caller, { action: 'profile.ice_breakers_deleted', targetId: id, after: [] }, show);
  }

  /** Every such call counts, reading too. @throws AppError network_limited, and as `ask` */
  private askIceBreakers<T>(caller: CallerIdentity, id: string, question: (network: SocialNetwork, account: NetworkAccount) => Promise<T>): Promise<T> {
    return this.ask(caller, id, async (network, account) => {
      await this.budgets.require({ workspaceId: caller.workspaceId, profileId: id, network: network.name, kind: 'ice_breakers', subject: newId('request'), account });
      return question(network, account);
    });
  }

  /** What was changed at the network; doing it again changes nothing more, so the audit may come after it. */
  private async note<A>(caller: CallerIdentity, fact: Omit<AuditFact, 'profileGroupId'>, show: () => A): Promise<A> {
    const { profileGroupId } = await this.profiles.get(caller, fact.targetId);
    return this.writes.run(caller.workspaceId, ({ record }) => Promise.resolve(record({ ...fact, profileGroupId })), show);
  }

  /**
   * One question to the network, in the name of the profile.
   *
   * @throws AppError not_found; token_unreadable; state_conflict for a profile that is not connected or may not do this; network_failed, network_timeout, network_refused
   */
  async ask<T>(caller: CallerIdentity, id: string, question: (network: SocialNetwork, account: NetworkAccount) => Promise<T>): Promise<T> {
    const network = this.networks.get((await this.profiles.get(caller, id)).network);
    const calledAt = this.clock.now();
    const account = await this.profiles.openAccount(caller.workspaceId, id);
    if (!account) throw new AppError('state_conflict', 'The profile is not connected');
    try {
      return await question(network, account);
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      if (error.errorClass !== 'needs_reauth') {
        await this.profiles.noteFailure(caller.workspaceId, id, error, calledAt);
        throw networkFailure(error);
      }
      if (await hasLapsed(network, account)) {
        await this.profiles.markDisconnected(caller.workspaceId, id, calledAt);
        throw new AppError('state_conflict', 'The profile is not connected', { cause: error });
      }
      throw new AppError('state_conflict', 'The account has not granted what this needs', { cause: error, details: networkFailureDetails(error) });
    }
  }
}

/** A missing permission looks like a dead token, but the account can still do the rest: only the token itself tells. */
async function hasLapsed(network: SocialNetwork, { accessToken }: NetworkAccount): Promise<boolean> {
  try {
    await network.accounts.identify(accessToken);
    return false;
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    return error.errorClass === 'needs_reauth';
  }
}
