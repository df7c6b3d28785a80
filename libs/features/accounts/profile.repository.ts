import { Injectable } from '@nestjs/common';
import { Database, type Profile } from '#infra/database/database';

export type ProfileRow = Profile & { readonly postCount: number };

@Injectable()
export class ProfileRepository {
  constructor(private readonly database: Database) {}

  list(workspaceId: string, profileGroupId: string): Promise<Profile[]> {
    return this.database.profile.findMany({ where: { workspaceId, profileGroupId }, orderBy: { id: 'asc' } });
  }

  async listWithCounts(workspaceId: string, profileGroupId: string): Promise<ProfileRow[]> {
    return this.withCounts(workspaceId, await this.list(workspaceId, profileGroupId));
  }

  find(workspaceId: string, id: string): Promise<Profile | null> {
    return this.database.profile.findUnique({ where: { workspaceId_id: { workspaceId, id } } });
  }

  async findWithCount(workspaceId: string, profileGroupId: string | null, id: string): Promise<ProfileRow | null> {
    const profile = await this.find(workspaceId, id);
    if (!profile || (profileGroupId && profile.profileGroupId !== profileGroupId)) return null;
    return (await this.withCounts(workspaceId, [profile]))[0] ?? null;
  }

  /** Only an active profile can lose its connection; the answer says whether it was this call that took it. */
  async markExpired(workspaceId: string, id: string, now: Date): Promise<boolean> {
    const { count } = await this.database.profile.updateMany({ where: { workspaceId, id, status: 'active' }, data: { status: 'expired', updatedAt: now } });
    return count === 1;
  }

  /** Not Prisma's `_count`: that one counts the rows of every tenant before it joins (measured: most of a create's time). */
  private async withCounts(workspaceId: string, profiles: readonly Profile[]): Promise<ProfileRow[]> {
    const ids = profiles.map((profile) => profile.id);
    const groups = await this.database.platformPost.groupBy({ by: ['profileId'], where: { workspaceId, profileId: { in: ids } }, _count: true });
    const counts = new Map(groups.map((group) => [group.profileId, group._count]));
    return profiles.map((profile) => ({ ...profile, postCount: counts.get(profile.id) ?? 0 }));
  }
}
