import { Injectable } from '@nestjs/common';
import { newId } from '#kernel/ids';
import { SystemDatabase, type Prisma, type Profile } from '#infra/database/database';
import { writeEvents } from '#infra/outbox/outbox.repository';
import { newAuditEntry } from '#infra/writes/audit-entry';
import { writeAudit } from '#infra/writes/audit.repository';
import type { ConnectedAccount } from '#networks/port/social-network';
import { profileEvent, profileFacts } from './profile-event.js';
import { releasePosts } from './profile-posts.repository.js';

/** Whose connection a person comes back from, and where they wanted to be. */
export interface PendingConnection {
  readonly workspaceId: string;
  readonly profileGroupId: string;
  readonly redirectUrl: string;
}

export interface AccountToStore {
  readonly profileGroupId: string;
  readonly network: string;
  readonly account: ConnectedAccount;
  /** How long before its time a post is prepared, in milliseconds. */
  readonly lead: number;
  /** Encrypts the token once the row's id is known, for the encryption is bound to it. */
  readonly seal: (profileId: string) => string;
}

/**
 * The way back from a network's consent page. It comes without a key, so nothing but its state tells the workspace; and whether
 * an account is connected elsewhere is asked of all workspaces.
 */
@Injectable()
export class ConnectionReturnRepository {
  constructor(private readonly database: SystemDatabase) {}

  /**
   * Takes a connection up by its state; it can be taken once. Without a workspace, for the state is what tells it.
   *
   * @returns the connection, and whether it was this call that took it, in time
   */
  async take(network: string, stateHash: string, now: Date): Promise<{ attempt: PendingConnection; isTaken: boolean } | null> {
    const { count } = await this.database.connectionAttempt.updateMany({ where: { network, stateHash, usedAt: null, expiresAt: { gt: now } }, data: { usedAt: now } });
    const attempt = await this.database.connectionAttempt.findFirst({ where: { stateHash } });
    return attempt && attempt.network === network ? { attempt, isTaken: count === 1 } : null;
  }

  /**
   * Stores a connected account with its event, and lets the posts go that were held for it. The group's profile of this account is healed, also one that had been removed;
   * else a new one is made. `group_gone`: it was deleted meanwhile; `connected_elsewhere`: another group or workspace has it, active; `group_taken`: the group has
   * another account of this network. Two connections of one account, or into one group, take turns.
   */
  async store(workspaceId: string, input: AccountToStore, now: Date): Promise<'stored' | 'group_gone' | 'connected_elsewhere' | 'group_taken'> {
    const { profileGroupId, network, account: { identity } } = input;
    return this.database.$transaction(async (tx) => {
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`${network}:${identity.accountId}`}, 0))`;
      const groups = await tx.$executeRaw`SELECT 1 FROM profile_group WHERE workspace_id = ${workspaceId} AND id = ${profileGroupId} FOR UPDATE`;
      if (groups === 0) return 'group_gone';
      // Across workspaces: a network grants an app one access to an account, and speaks of it by the account alone.
      const active = await tx.profile.findMany({ where: { network, remoteId: identity.accountId, OR: [{ status: 'active' }, { statusReason: 'account_blocked' }] }, select: { workspaceId: true, profileGroupId: true } });
      if (active.some((profile) => profile.workspaceId !== workspaceId || profile.profileGroupId !== profileGroupId)) return 'connected_elsewhere';
      const present = await tx.profile.findFirst({ where: { workspaceId, profileGroupId, network, removedAt: null } });
      if (present && present.remoteId !== identity.accountId) return 'group_taken';
      const former = present ?? (await tx.profile.findFirst({ where: { workspaceId, profileGroupId, network, remoteId: identity.accountId }, orderBy: { id: 'desc' } }));
      const stored = await save(tx, workspaceId, former?.id ?? null, input, now);
      await writeEvents(tx, [profileEvent('profile.connected', stored, now)]);
      await releasePosts(tx, stored, ['profile_disconnected', 'account_blocked'], { now, lead: input.lead });
      const fact = { action: 'profile.connected', targetId: stored.id, profileGroupId, ...(former ? { before: profileFacts(former) } : {}), after: profileFacts(stored) };
      await writeAudit(tx, [newAuditEntry(workspaceId, fact, now, 'network')]);
      return 'stored';
    });
  }
}

function save(tx: Prisma.TransactionClient, workspaceId: string, knownId: string | null, input: AccountToStore, now: Date): Promise<Profile> {
  const id = knownId ?? newId('profile');
  const { profileGroupId, network, account: { identity, token, permissions } } = input;
  const facts = {
    remoteId: identity.accountId,
    appScopedId: identity.appScopedId,
    username: identity.username,
    name: identity.name ?? identity.username,
    avatarUrl: identity.avatarUrl,
    status: 'active' as const,
    statusReason: null,
    accessToken: input.seal(id),
    tokenExpiresAt: token.expiresAt,
    tokenIssuedAt: now,
    // A renewal of the former token that is under way must not overwrite this one.
    refreshAfter: null,
    expiryNotice: null,
    refreshLease: null,
    refreshLeasedUntil: null,
    permissions: [...permissions],
    webhookError: null,
    webhookDueAt: now,
    removedAt: null,
    updatedAt: now,
  };
  return tx.profile.upsert({ where: { workspaceId_id: { workspaceId, id } }, update: facts, create: { workspaceId, id, profileGroupId, network, createdAt: now, ...facts } });
}
