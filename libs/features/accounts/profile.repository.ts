import { Injectable } from '@nestjs/common';
import { Database, Prisma, type Profile } from '#infra/database/database';
import type { Keyset } from '#infra/http/list-query';
import { writeEvents } from '#infra/outbox/outbox.repository';
import type { Transaction } from '#infra/writes/unit-of-work';
import type { AccountLoss } from './account-loss.rules.js';
import { profileEvent } from './profile-event.js';
import { loseProfiles, releasePosts, type ReleaseTime } from './profile-posts.repository.js';
import { withoutToken } from './profile-token.js';

export type ProfileRow = Profile & { readonly postCount: number };

/** A profile's account, its token encrypted. */
export type SealedAccount = Pick<Profile, 'remoteId' | 'accessToken' | 'status' | 'statusReason'>;

@Injectable()
export class ProfileRepository {
  constructor(private readonly database: Database) {}

  /** By id; with a keyset one more than its limit. */
  list(workspaceId: string, profileGroupId: string, keyset: Keyset | null = null): Promise<Profile[]> {
    return this.database.profile.findMany({
      where: { workspaceId, profileGroupId, removedAt: null, ...(keyset?.cursor && { id: { gt: keyset.cursor } }) },
      orderBy: { id: 'asc' },
      ...(keyset && { take: keyset.limit + 1 }),
    });
  }

  async listWithCounts(workspaceId: string, profileGroupId: string, keyset: Keyset | null): Promise<ProfileRow[]> {
    return this.withCounts(workspaceId, await this.list(workspaceId, profileGroupId, keyset));
  }

  find(workspaceId: string, id: string): Promise<Profile | null> {
    return this.database.profile.findFirst({ where: { workspaceId, id } });
  }

  /** What a call to its network needs of a profile: asked before every call, so past Prisma. */
  async findSealed(workspaceId: string, id: string): Promise<SealedAccount | null> {
    const [row] = await this.database.direct.$queryRaw<SealedAccount[]>(Prisma.sql`
      SELECT remote_id AS "remoteId", access_token AS "accessToken", status, status_reason AS "statusReason" FROM profile WHERE workspace_id = ${workspaceId} AND id = ${id}`);
    return row ?? null;
  }

  async findWithCount(workspaceId: string, profileGroupId: string | null, id: string): Promise<ProfileRow | null> {
    const profile = await this.find(workspaceId, id);
    if (!profile || profile.removedAt || (profileGroupId && profile.profileGroupId !== profileGroupId)) return null;
    return (await this.withCounts(workspaceId, [profile]))[0] ?? null;
  }

  /**
   * Only an active profile can lose its connection, and only by a call that began with the token it has now; its posts are held with it.
   * The answer says whether it was this call that took it.
   */
  async lose(workspaceId: string, id: string, { loss, calledAt }: { loss: AccountLoss; calledAt: Date }, now: Date): Promise<boolean> {
    return this.database.$transaction(async (tx) => {
      const where = { workspaceId, id, OR: [{ tokenIssuedAt: null }, { tokenIssuedAt: { lte: calledAt } }] };
      return (await loseProfiles(tx, where, loss, { now })).length === 1;
    });
  }

  /** A person says that what blocked the account is resolved: it is tried again, with all posts that were held for it. */
  async resume(workspaceId: string, id: string, time: ReleaseTime, tx: Transaction): Promise<void> {
    const { now } = time;
    const where = { workspaceId, id, status: 'inactive' as const, statusReason: 'account_blocked', removedAt: null };
    const resumed = await tx.profile.updateManyAndReturn({ where, data: { status: 'active', statusReason: null, updatedAt: now } });
    await writeEvents(tx, resumed.map((profile) => profileEvent('profile.connected', profile, now)));
    for (const profile of resumed) await releasePosts(tx, profile, ['account_blocked', 'profile_disconnected'], time);
  }

  /**
   * Takes a profile out of its group. Its row stays for the history of its posts, without the token. `busy` while a post to it
   * is still to go out, held or in doubt. The row lock takes turns with workers, who lock it to take up a target.
   */
  async remove(workspaceId: string, id: string, now: Date, tx: Transaction): Promise<Profile | 'absent' | 'busy'> {
    await tx.$executeRaw`SELECT 1 FROM profile WHERE workspace_id = ${workspaceId} AND id = ${id} FOR UPDATE`;
    // What waits in a paused queue has neither a time nor a hold.
    const waits = [{ dueAt: { not: null } }, { hold: { not: null } }, { step: { not: 'done' as const }, post: { status: 'scheduled' as const } }];
    const open = await tx.platformPost.findFirst({ where: { workspaceId, profileId: id, OR: waits }, select: { id: true } });
    if (open) return 'busy';
    const removed = await tx.profile.updateManyAndReturn({
      where: { workspaceId, id, removedAt: null },
      data: { ...withoutToken, status: 'inactive', statusReason: null, removedAt: now, updatedAt: now },
    });
    await writeEvents(tx, removed.map((profile) => profileEvent('profile.disconnected', profile, now)));
    return removed[0] ?? 'absent';
  }

  /** Not Prisma's `_count`: that one counts the rows of every tenant before it joins (measured: most of a create's time). */
  private async withCounts(workspaceId: string, profiles: readonly Profile[]): Promise<ProfileRow[]> {
    const ids = profiles.map((profile) => profile.id);
    const groups = await this.database.platformPost.groupBy({ by: ['profileId'], where: { workspaceId, profileId: { in: ids } }, _count: true });
    const counts = new Map(groups.map((group) => [group.profileId, group._count]));
    return profiles.map((profile) => ({ ...profile, postCount: counts.get(profile.id) ?? 0 }));
  }
}
