import { Injectable } from '@nestjs/common';
import { Database } from '#infra/database/database';
import type { Profile } from '#infra/database/database';

export type ProfileRow = Profile & { readonly postCount: number };

const withCount = { _count: { select: { platformPosts: true } } } as const;

@Injectable()
export class ProfileRepository {
  constructor(private readonly database: Database) {}

  async list(workspaceId: string, profileGroupId: string): Promise<ProfileRow[]> {
    const rows = await this.database.profile.findMany({ where: { workspaceId, profileGroupId }, orderBy: { id: 'asc' }, include: withCount });
    return rows.map(toRow);
  }

  async find(workspaceId: string, profileGroupId: string | null, id: string): Promise<ProfileRow | null> {
    const row = await this.database.profile.findFirst({ where: { workspaceId, id, ...(profileGroupId ? { profileGroupId } : {}) }, include: withCount });
    return row && toRow(row);
  }

  /** Only an active profile can lose its connection; the answer says whether it was this call that took it. */
  async markExpired(workspaceId: string, id: string, now: Date): Promise<boolean> {
    const { count } = await this.database.profile.updateMany({ where: { workspaceId, id, status: 'active' }, data: { status: 'expired', updatedAt: now } });
    return count === 1;
  }
}

function toRow({ _count, ...profile }: Profile & { _count: { platformPosts: number } }): ProfileRow {
  return { ...profile, postCount: _count.platformPosts };
}
