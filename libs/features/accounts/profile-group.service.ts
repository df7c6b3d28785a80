import { Injectable } from '@nestjs/common';
import { AppError } from '#kernel/app-error';
import { Clock } from '#kernel/clock';
import type { Keyset } from '#infra/http/list-query';
import type { CallerIdentity } from './caller.js';
import { ProfileGroupRepository, type ProfileGroupRow } from './profile-group.repository.js';

@Injectable()
export class ProfileGroupService {
  constructor(
    private readonly groups: ProfileGroupRepository,
    private readonly clock: Clock,
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

  create(caller: CallerIdentity, name: string | undefined): Promise<ProfileGroupRow> {
    requireWholeWorkspace(caller);
    if (!name) throw new AppError('parameter_missing', 'param is missing or the value is empty: name');
    return this.groups.create(caller.workspaceId, name, this.clock.now());
  }

  async remove(caller: CallerIdentity, id: string): Promise<void> {
    requireWholeWorkspace(caller);
    const outcome = await this.groups.remove(caller.workspaceId, id);
    if (outcome === 'absent') throw new AppError('not_found');
    if (outcome === 'busy') throw new AppError('state_conflict', 'The profile group still has posts to publish; delete them or wait until they are out');
    if (outcome === 'last') throw new AppError('state_conflict', 'The last profile group of a workspace cannot be deleted');
  }
}

function requireWholeWorkspace(caller: CallerIdentity): void {
  if (caller.keyGroupId) throw new AppError('key_limited_to_group');
}
