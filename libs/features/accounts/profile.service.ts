import { Injectable } from '@nestjs/common';
import { AppError } from '#kernel/app-error';
import { Clock } from '#kernel/clock';
import { TokenCipher, DecryptionError } from '#infra/crypto/token-cipher';
import { UnitOfWork, type Transaction } from '#infra/writes/unit-of-work';
import type { Keyset } from '#infra/http/list-query';
import type { NetworkError } from '#networks/port/network-error';
import type { NetworkAccount } from '#networks/port/social-network';
import { lossOf, type AccountLoss } from './account-loss.rules.js';
import type { CallerIdentity } from './caller.js';
import { profileFacts } from './profile-event.js';
import { tokenContext } from './profile-token.js';
import { ProfileGroupRepository } from './profile-group.repository.js';
import { ProfileRepository, type ProfileRow, type SealedAccount } from './profile.repository.js';
import { RecentProfiles, type ProfileIdentity } from './recent-profiles.js';

/** `key_missing`: this process lacks the key, another may have it; `damaged`: nothing opens it any more. */
export type TokenFault = 'key_missing' | 'damaged';

/** Which fault of a stored token an error speaks of; null: of something else. */
export function findTokenFault(error: unknown): TokenFault | null {
  if (!(error instanceof AppError) || error.code !== 'token_unreadable') return null;
  return error.details?.['reason'] === 'unknown_key' ? 'key_missing' : 'damaged';
}

@Injectable()
export class ProfileService {
  private readonly recent = new RecentProfiles();

  constructor(
    private readonly profiles: ProfileRepository,
    private readonly groups: ProfileGroupRepository,
    private readonly cipher: TokenCipher,
    private readonly clock: Clock,
    private readonly writes: UnitOfWork,
  ) {}

  /** With a keyset one more than its limit. */
  list(caller: CallerIdentity, keyset: Keyset | null): Promise<ProfileRow[]> {
    return this.profiles.listWithCounts(caller.workspaceId, caller.profileGroupId, keyset);
  }

  /** @throws AppError not_found, also for another workspace's or group's profile. */
  async get(caller: CallerIdentity, id: string): Promise<ProfileRow> {
    const profile = await this.profiles.findWithCount(caller.workspaceId, caller.keyGroupId, id);
    if (!profile) throw new AppError('not_found');
    return profile;
  }

  /** @throws AppError not_found; state_conflict while a post to it is still to go out */
  async remove<A>(caller: CallerIdentity, id: string, show: () => A): Promise<A> {
    const before = await this.get(caller, id);
    return this.writes.run(caller.workspaceId, async ({ tx, record }) => {
      const outcome = await this.profiles.remove(caller.workspaceId, id, this.clock.now(), tx);
      if (outcome === 'busy') throw new AppError('state_conflict', 'The profile still has posts to publish; delete them or wait until they are out');
      if (outcome === 'absent') throw new AppError('not_found');
      record({ action: 'profile.removed', targetId: id, profileGroupId: outcome.profileGroupId, before: profileFacts(before), after: profileFacts(outcome) });
    }, show);
  }

  /** The same caller, acting in a group that the body names. @throws AppError not_found for a group the key may not see */
  async inGroup(caller: CallerIdentity, groupId: string): Promise<CallerIdentity> {
    const group = await this.groups.findForCall(caller.workspaceId, { requested: groupId, keyGroupId: caller.keyGroupId });
    if (!group) throw new AppError('not_found', 'Profile group not found');
    return { ...caller, profileGroupId: group.id };
  }

  /**
   * The profiles a post names, in its order and each once: by id, or by a network's name for the group's profile of it.
   * @throws AppError validation_failed naming every selector that fits none; not_found when the group is gone
   */
  async select(caller: CallerIdentity, selectors: readonly string[]): Promise<ProfileIdentity[]> {
    const rows = await this.profiles.list(caller.workspaceId, caller.profileGroupId);
    const { found, missing } = match(this.recent.keep(caller, rows, this.clock.now()), selectors);
    if (missing.length > 0) {
      // A group takes its profiles along; that it is gone is the truer answer.
      await this.inGroup(caller, caller.profileGroupId);
      const violations = missing.map((selector) => ({ rule: 'post.profile_exists', path: 'profiles', message: `Profile not found for ${selector}`, actual: selector }));
      throw new AppError('validation_failed', undefined, { violations });
    }
    return found;
  }

  /** The same from a second ago, for a write that fails when a profile is gone by then. */
  async selectRecent(caller: CallerIdentity, selectors: readonly string[]): Promise<ProfileIdentity[]> {
    const hint = match(this.recent.find(caller, this.clock.now()) ?? [], selectors);
    return hint.missing.length === 0 ? hint.found : this.select(caller, selectors);
  }

  /**
   * The account with its token in clear, for one call to its network. Never log or keep it.
   * @param options.evenBlocked for a call that only asks: also of an account that the network has blocked, whose token may be good
   * @throws AppError token_unreadable
   */
  async openAccount(workspaceId: string, profileId: string, options: { readonly evenBlocked?: boolean } = {}): Promise<NetworkAccount | null> {
    return this.unseal(workspaceId, profileId, await this.profiles.findSealed(workspaceId, profileId), options);
  }

  /** The same of a row that was read already. */
  unseal(workspaceId: string, profileId: string, profile: SealedAccount | null, options: { readonly evenBlocked?: boolean } = {}): NetworkAccount | null {
    if (!profile || !(profile.status === 'active' || (options.evenBlocked === true && profile.statusReason === 'account_blocked'))) return null;
    return { accountId: profile.remoteId, accessToken: this.openToken(workspaceId, profileId, profile.accessToken) };
  }

  /** The token in clear of what its profile's row holds. Never log or keep it. @throws AppError token_unreadable */
  openToken(workspaceId: string, profileId: string, sealed: string): string {
    try {
      return this.cipher.decrypt(sealed, tokenContext(workspaceId, profileId));
    } catch (error) {
      if (!(error instanceof DecryptionError)) throw error;
      throw new AppError('token_unreadable', undefined, { cause: error, details: { reason: error.reason } });
    }
  }

  /** Why the token that a profile's row holds cannot be opened; null: it can. */
  tokenFault({ workspaceId, id, accessToken }: { workspaceId: string; id: string; accessToken: string }): TokenFault | null {
    try {
      this.openToken(workspaceId, id, accessToken);
      return null;
    } catch (error) {
      const fault = findTokenFault(error);
      if (fault === null) throw error;
      return fault;
    }
  }

  /** A token as its profile's row may hold it. */
  sealToken(workspaceId: string, profileId: string, accessToken: string): string {
    return this.cipher.encrypt(accessToken, tokenContext(workspaceId, profileId));
  }

  /**
   * The network refused the token: nothing more can be sent until the person reconnects, and its posts are held.
   * @param calledAt when the refused call began: a token that was given later is not the one it was about
   * @returns whether it was this call that took the profile
   */
  async markDisconnected(workspaceId: string, profileId: string, calledAt = this.clock.now()): Promise<boolean> {
    return this.markLost(workspaceId, profileId, 'profile_disconnected', calledAt);
  }

  /** The same for any loss. */
  async markLost(workspaceId: string, profileId: string, loss: AccountLoss, calledAt: Date): Promise<boolean> {
    return this.profiles.lose(workspaceId, profileId, { loss, calledAt }, this.clock.now());
  }

  /** Takes the profile when a failed call says that its account is lost. @returns what became of it; null: nothing */
  async noteFailure(workspaceId: string, profileId: string, error: NetworkError, calledAt: Date): Promise<AccountLoss | null> {
    const loss = lossOf(error);
    return loss !== null && (await this.markLost(workspaceId, profileId, loss, calledAt)) ? loss : null;
  }

  /** A person says that what blocked the account is resolved. Its held posts go again. */
  resume(workspaceId: string, profileId: string, lead: number, tx: Transaction): Promise<void> {
    return this.profiles.resume(workspaceId, profileId, { now: this.clock.now(), lead }, tx);
  }
}

/** `found`: each once, in the order of the selectors. */
function match(known: readonly ProfileIdentity[], selectors: readonly string[]): { readonly found: ProfileIdentity[]; readonly missing: string[] } {
  const matches = selectors.map((selector) => known.find((profile) => profile.id === selector) ?? known.find((profile) => profile.network === selector));
  return { found: [...new Set(matches.filter((profile) => profile !== undefined))], missing: selectors.filter((_, index) => !matches[index]) };
}
