import { Injectable } from '@nestjs/common';
import { SystemDatabase, type Prisma, type Profile } from '#infra/database/database';
import { writeEvents } from '#infra/outbox/outbox.repository';
import { newAuditEntry, type AuditEntry } from '#infra/writes/audit-entry';
import { writeAudit } from '#infra/writes/audit.repository';
import { profileEvent, profileFacts } from './profile-event.js';
import { loseProfiles, releasePosts } from './profile-posts.repository.js';
import { withoutToken } from './profile-token.js';

/**
 * What a network tells about an account of whoever has it: over all workspaces, for the network knows the account alone.
 * `appScopedId` is the id that its callbacks carry.
 */
@Injectable()
export class NetworkCallbackRepository {
  constructor(private readonly database: SystemDatabase) {}

  /** Drops the tokens that were given before `before`: a callback that is sent again must not end a later connection. */
  async disconnect(network: string, appScopedId: string, before: Date, now: Date): Promise<number> {
    return this.database.$transaction(async (tx) => {
      const where = { network, appScopedId, OR: [{ tokenIssuedAt: null }, { tokenIssuedAt: { lte: before } }] };
      const lost = await loseProfiles(tx, where, 'profile_disconnected', { ...withoutToken, now });
      await tx.profile.updateMany({ where: { ...where, statusReason: 'account_blocked', removedAt: null }, data: { ...withoutToken, status: 'expired', statusReason: null, updatedAt: now } });
      await writeAudit(tx, lost.map((profile) => entryOf('profile.deauthorized', profile, now)));
      return lost.length;
    });
  }

  /**
   * Forgets what the network told us of an account: token, ids, name, picture, ids and addresses of its posts, and the events
   * that name it. What its workspace wrote itself stays. Repeatable; each request gets its own confirmation.
   */
  async erase(network: string, appScopedId: string, confirmationCode: string, now: Date): Promise<number> {
    return this.database.$transaction(async (tx) => {
      const profiles = await tx.profile.findMany({ where: { network, appScopedId } });
      for (const profile of profiles) await eraseProfile(tx, profile, now);
      await tx.dataDeletion.create({ data: { confirmationCode, network, completedAt: now } });
      return profiles.length;
    });
  }

  async findDeletion(network: string, confirmationCode: string): Promise<{ confirmationCode: string; completedAt: Date } | null> {
    return this.database.dataDeletion.findFirst({ where: { network, confirmationCode } });
  }
}

async function eraseProfile(tx: Prisma.TransactionClient, profile: Profile, now: Date): Promise<void> {
  const { workspaceId, id } = profile;
  const erased = await tx.profile.update({
    where: { workspaceId_id: { workspaceId, id } },
    data: { ...withoutToken, status: 'inactive', statusReason: null, removedAt: profile.removedAt ?? now, updatedAt: now, remoteId: '', appScopedId: '', username: '', name: '', avatarUrl: null, permissions: [] },
  });
  // Nobody can bring this account back: its held posts are looked at once more, and fail.
  await releasePosts(tx, erased, ['profile_disconnected', 'account_blocked'], { now, lead: 0 });
  const posts = { workspaceId, profileId: id };
  await tx.platformPost.updateMany({ where: { ...posts, dueAt: null }, data: { remoteId: null, permalink: null, firstCommentId: null, containerId: null, updatedAt: now } });
  await tx.event.deleteMany({ where: { workspaceId, type: { in: ['profile.connected', 'profile.disconnected'] }, data: { path: ['id'], equals: id } } });
  // A digest of facts that can be guessed, as an account's name can, tells whether the guess is right.
  await tx.auditEntry.updateMany({ where: { workspaceId, targetId: id }, data: { beforeDigest: null, afterDigest: null } });
  await writeEvents(tx, [profileEvent('profile.disconnected', erased, now)]);
  await writeAudit(tx, [entryOf('profile.data_deleted', erased, now)]);
}

/** Without a digest of what was: it could tell whether somebody had a certain account. */
function entryOf(action: string, profile: Profile, now: Date): AuditEntry {
  return newAuditEntry(profile.workspaceId, { action, targetId: profile.id, profileGroupId: profile.profileGroupId, after: profileFacts(profile) }, now, 'network');
}
