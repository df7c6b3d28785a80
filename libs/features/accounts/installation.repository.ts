import { newId } from '#kernel/ids';
import type { SystemDatabase } from '#infra/database/database';

export interface DemoProfile {
  readonly remoteId: string;
  readonly appScopedId: string;
  readonly username: string;
  /** Encrypts the token once the row's id is known, for the encryption is bound to it. */
  readonly seal: (workspaceId: string, profileId: string) => string;
}

/** The first workspace and group of an installation, and the profile of the sandbox's demo account. Repeatable. */
export class InstallationRepository {
  constructor(private readonly database: SystemDatabase) {}

  async firstWorkspace(now: Date): Promise<{ workspaceId: string; profileGroupId: string }> {
    return this.database.$transaction(async (tx) => {
      // Two first starts at once must not make two workspaces.
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(7012365)`;
      const group = await tx.profileGroup.findFirst({ orderBy: [{ workspaceId: 'asc' }, { id: 'asc' }] });
      if (group) return { workspaceId: group.workspaceId, profileGroupId: group.id };
      const workspaceId = newId('workspace');
      const profileGroupId = newId('profileGroup');
      await tx.workspace.create({ data: { id: workspaceId, name: 'My workspace', createdAt: now } });
      await tx.profileGroup.create({ data: { workspaceId, id: profileGroupId, name: 'My brand', createdAt: now } });
      return { workspaceId, profileGroupId };
    });
  }

  async saveProfile(workspaceId: string, profileGroupId: string, network: string, demo: DemoProfile, now: Date): Promise<string | null> {
    const known = await this.database.profile.findFirst({ where: { workspaceId, profileGroupId, network, removedAt: null } });
    // A person has connected an account of their own: it stays.
    if (known && known.username !== demo.username) return null;
    const id = known?.id ?? newId('profile');
    const facts = { remoteId: demo.remoteId, appScopedId: demo.appScopedId, accessToken: demo.seal(workspaceId, id), status: 'active' as const, webhookDueAt: now, updatedAt: now };
    await this.database.profile.upsert({
      where: { workspaceId_id: { workspaceId, id } },
      update: facts,
      create: { workspaceId, id, profileGroupId, network, username: demo.username, name: demo.username, createdAt: now, ...facts },
    });
    return id;
  }
}
