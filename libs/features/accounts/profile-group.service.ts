import { Injectable } from '@nestjs/common';
import { AppError } from '#kernel/app-error';
import { Clock } from '#kernel/clock';
import { UnitOfWork } from '#infra/writes/unit-of-work';
import type { Keyset } from '#infra/http/list-query';
import type { CallerIdentity } from './caller.js';
import { ProfileGroupRepository, type ProfileGroupRow } from './profile-group.repository.js';

@Injectable()
export class ProfileGroupService {
  constructor(
    private readonly groups: ProfileGroupRepository,
    private readonly clock: Clock,
    private readonly writes: UnitOfWork,
  ) {}

  /** With a keyset one more than its limit. */
  list(caller: CallerIdentity, keyset: Keyset | null): Promise<ProfileGroupRow[]> {
    return this.groups.list(caller.workspaceId, caller.keyGroupId, keyset);
  }

  /** @throws AppError not_found, also for a group that the key may not see */
  async get(caller: CallerIdentity, id: string): Promise<ProfileGroupRow> {
    const [group] = caller.keyGroupId && caller.keyGroupId !== id ? [] : await this.groups.list(caller.workspaceId, id);
    if (!group) throw new AppError('not_found');
    return group;
  }

  async create<A>(caller: CallerIdentity, name: string | undefined, show: (group: ProfileGroupRow) => A): Promise<A> {
    requireWholeWorkspace(caller);
    if (!name) throw new AppError('parameter_missing', 'param is missing or the value is empty: name');
    return this.writes.run(caller.workspaceId, async ({ tx, record }) => {
      const group = await this.groups.create(caller.workspaceId, name, this.clock.now(), tx);
      record({ action: 'profile_group.created', targetId: group.id, profileGroupId: group.id, after: { name } });
      return group;
    }, show);
  }

  async remove<A>(caller: CallerIdentity, id: string, show: () => A): Promise<A> {
    requireWholeWorkspace(caller);
    return this.writes.run(caller.workspaceId, async ({ tx, record }) => {
      const outcome = await this.groups.remove(caller.workspaceId, id, tx);
      if (outcome === 'absent') throw new AppError('not_found');
      if (outcome === 'busy') throw new AppError('state_conflict', 'The profile group still has posts to publish; delete them or wait until they are out');
      if (outcome === 'last') throw new AppError('state_conflict', 'The last profile group of a workspace cannot be deleted');
      record({ action: 'profile_group.deleted', targetId: id, profileGroupId: id, before: outcome });
    }, show);
  }
}

function requireWholeWorkspace(caller: CallerIdentity): void {
  if (caller.keyGroupId) throw new AppError('key_limited_to_group');
}
