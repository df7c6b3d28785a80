import { Injectable } from '@nestjs/common';
import { after, hours } from '#kernel/clock';
import { newId } from '#kernel/ids';
import { Database, type Prisma, type Profile } from '#infra/database/database';
import { throwVanished } from '#infra/database/vanished-reference';
import { writeEvents } from '#infra/outbox/outbox.repository';
import type { ConnectedAccount } from '#networks/port/social-network';
import { profileEvent } from './profile-event.js';

export interface NewConnection {
  readonly profileGroupId: string;
  readonly network: string;
  readonly stateHash: string;
  readonly redirectUrl: string;
  readonly expiresAt: Date;
}

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
  /** Encrypts the token once the row's id is known, for the encryption is bound to it. */
  readonly seal: (profileId: string) => string;
}

/** How long a connection that came to its end is remembered, so that a late return still finds its way home. */
const remembered = hours(24);

@Injectable()
export class ConnectionRepository {
  constructor(private readonly database: Database) {}

  /** @throws VanishedReferenceError when the group was deleted meanwhile */
  async begin(workspaceId: string, input: NewConnection, now: Date): Promise<void> {
    await this.database.connectionAttempt.deleteMany({ where: { workspaceId, expiresAt: { lt: after(now, -remembered) } } });
    await this.database.connectionAttempt.create({ data: { workspaceId, id: newId('connectionAttempt'), createdAt: now, ...input } }).catch(throwVanished);
  }

  /**
   * Takes a connection up by its state; it can be taken once. Without a workspace, for the state is what tells it.
   *
   * @returns the connection, and whether it was this call that took it, in time
   */
  async take(network: string, stateHash: string, now: Date): Promise<{ attempt: PendingConnection; isTaken: boolean } | null> {
    const { count } = await this.database.connectionAttempt.updateMany({ where: { network, stateHash, usedAt: null, expiresAt: { gt: now } }, data: { usedAt: now } });
    const attempt = await this.database.connectionAttempt.findUnique({ where: { stateHash } });
    return attempt && attempt.network === network ? { attempt, isTaken: count === 1 } : null;
  }

  /** The group's profile of this network, or null. */
  async findProfile(workspaceId: string, profileGroupId: string, network: string): Promise<Profile | null> {
    return this.database.profile.findFirst({ where: { workspaceId, profileGroupId, network, removedAt: null } });
  }

  /**
   * Stores a connected account with its event. The group's profile of this account is healed, also one that had been removed;
   * else a new one is made. `group_gone`: it was deleted meanwhile;
   * `connected_elsewhere`: another group or workspace has it, active; `group_taken`: the group has
   * another account of this network. Two connections of one account, or into one group, take turns.
   */
  async store(workspaceId: string, input: AccountToStore, now: Date): Promise<'stored' | 'group_gone' | 'connected_elsewhere' | 'group_taken'> {
    const { profileGroupId, network, account: { identity } } = input;
    return this.database.$transaction(async (tx) => {
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`${network}:${identity.accountId}`}, 0))`;
      const groups = await tx.$executeRaw`SELECT 1 FROM profile_group WHERE workspace_id = ${workspaceId} AND id = ${profileGroupId} FOR UPDATE`;
      if (groups === 0) return 'group_gone';
      // Across workspaces: a network grants an app one access to an account, and speaks of it by the account alone.
      const active = await tx.profile.findMany({ where: { network, remoteId: identity.accountId, status: 'active' }, select: { workspaceId: true, profileGroupId: true } });
      if (active.some((profile) => profile.workspaceId !== workspaceId || profile.profileGroupId !== profileGroupId)) return 'connected_elsewhere';
      const present = await tx.profile.findFirst({ where: { workspaceId, profileGroupId, network, removedAt: null } });
      if (present && present.remoteId !== identity.accountId) return 'group_taken';
      const former = present ?? (await tx.profile.findFirst({ where: { workspaceId, profileGroupId, network, remoteId: identity.accountId }, orderBy: { id: 'desc' } }));
      const stored = await save(tx, workspaceId, former?.id ?? null, input, now);
      await writeEvents(tx, [profileEvent('profile.connected', stored, now)]);
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
    accessToken: input.seal(id),
    tokenExpiresAt: token.expiresAt,
    tokenIssuedAt: now,
    // A renewal of the former token that is under way must not overwrite this one.
    refreshAfter: null,
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
