import { Injectable } from '@nestjs/common';
import { newId } from '#kernel/ids';
import { Database } from '#infra/database/database';
import type { Transaction } from '#infra/writes/unit-of-work';
import type { Keyset } from '#infra/http/list-query';

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

  /** By id; with a keyset one more than its limit. */
  async list(workspaceId: string, onlyId: string | null, keyset: Keyset | null = null): Promise<ProfileGroupRow[]> {
    const groups = await this.database.profileGroup.findMany({
      where: { workspaceId, id: { ...(onlyId && { equals: onlyId }), ...(keyset?.cursor && { gt: keyset.cursor }) } },
      orderBy: { id: 'asc' },
      ...(keyset && { take: keyset.limit + 1 }),
      include: { _count: { select: { profiles: { where: { removedAt: null } } } } },
    });
    return groups.map((group) => ({ id: group.id, name: group.name, profilesCount: group._count.profiles }));
  }

  async create(workspaceId: string, name: string, now: Date, tx: Transaction): Promise<ProfileGroupRow> {
    const id = newId('profileGroup');
    await tx.profileGroup.create({ data: { workspaceId, id, name, createdAt: now } });
    return { id, name, profilesCount: 0 };
  }

  /**
   * Removes a group with its profiles, its posts and the keys limited to it. `busy` while a post of it is still to go out or in
   * doubt; `last`: a workspace without a group could not be used. The lock on the groups holds off new posts and a second removal; then come
   * profiles and targets, in the order in which everybody takes them, for a retry or a deletion of a post may be under way.
   */
  async remove(workspaceId: string, id: string, tx: Transaction): Promise<{ name: string } | 'absent' | 'busy' | 'last'> {
    const groups = await tx.$queryRaw<{ id: string; name: string }[]>`SELECT id, name FROM profile_group WHERE workspace_id = ${workspaceId} ORDER BY id FOR UPDATE`;
    const group = groups.find((each) => each.id === id);
    if (!group) return 'absent';
    await tx.$executeRaw`SELECT 1 FROM profile WHERE workspace_id = ${workspaceId} AND profile_group_id = ${id} ORDER BY id FOR UPDATE`;
    await tx.$executeRaw`
      SELECT 1 FROM platform_post t JOIN post p ON (p.workspace_id, p.id) = (t.workspace_id, t.post_id)
      WHERE t.workspace_id = ${workspaceId} AND p.profile_group_id = ${id} ORDER BY t.id FOR UPDATE OF t`;
    const where = { workspaceId, profileGroupId: id };
    const open = await tx.post.findFirst({
      where: { ...where, OR: [{ status: { in: ['pending', 'scheduled', 'processing'] } }, { platformPosts: { some: { dueAt: { not: null } } } }] },
      select: { id: true },
    });
    if (open) return 'busy';
    if (groups.length === 1) return 'last';
    await tx.post.deleteMany({ where });
    await tx.profile.deleteMany({ where });
    await tx.profileGroup.delete({ where: { workspaceId_id: { workspaceId, id } } });
    return { name: group.name };
  }
}
