import { Injectable } from '@nestjs/common';
import { Database } from '#infra/database/database';

export interface ProfileGroupRow {
  readonly id: string;
  readonly name: string;
  readonly profilesCount: number;
}

@Injectable()
export class ProfileGroupRepository {
  constructor(private readonly database: Database) {}

  /** The group a call is about, or null when the key may not see it or there is none. */
  findForCall(workspaceId: string, wanted: { requested: string | null; keyGroupId: string | null }): Promise<{ id: string } | null> {
    const requested = wanted.requested || null;
    const { keyGroupId } = wanted;
    if (requested && keyGroupId && requested !== keyGroupId) return Promise.resolve(null);
    const id = requested ?? keyGroupId;
    return this.database.profileGroup.findFirst({ where: { workspaceId, ...(id ? { id } : {}) }, orderBy: { id: 'asc' }, select: { id: true } });
  }

  async list(workspaceId: string, keyGroupId: string | null): Promise<ProfileGroupRow[]> {
    const groups = await this.database.profileGroup.findMany({
      where: { workspaceId, ...(keyGroupId ? { id: keyGroupId } : {}) },
      orderBy: { id: 'asc' },
      include: { _count: { select: { profiles: true } } },
    });
    return groups.map((group) => ({ id: group.id, name: group.name, profilesCount: group._count.profiles }));
  }
}
