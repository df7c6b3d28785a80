import { Inject, Injectable } from '@nestjs/common';
import { AppError } from '#kernel/app-error';
import type { Settings } from '#infra/config/settings';
import { SETTINGS } from '#infra/config/settings.module';
import { UnitOfWork } from '#infra/writes/unit-of-work';
import type { CallerIdentity } from '#features/accounts/index';
import { OverduePolicyRepository } from './overdue-policy.repository.js';
import { resolveOverdue, type OverduePolicy, type OverdueWish } from './overdue.rules.js';

export interface WorkspaceSettings {
  readonly wish: OverdueWish;
  readonly effective: OverduePolicy;
}

/** What a workspace decides for all its posts. */
@Injectable()
export class WorkspaceSettingsService {
  constructor(
    private readonly policies: OverduePolicyRepository,
    private readonly writes: UnitOfWork,
    @Inject(SETTINGS) private readonly settings: Pick<Settings, 'overdue'>,
  ) {}

  async get(caller: CallerIdentity): Promise<WorkspaceSettings> {
    return this.resolve(await this.policies.find(caller.workspaceId));
  }

  /** What is left out stays; null gives it back to the installation. @throws AppError key_limited_to_group */
  async change<A>(caller: CallerIdentity, wish: { policy: string | null | undefined; minutes: number | null | undefined }, show: (settings: WorkspaceSettings) => A): Promise<A> {
    const { workspaceId } = caller;
    if (caller.keyGroupId) throw new AppError('key_limited_to_group');
    return this.writes.run(workspaceId, async ({ tx, record }) => {
      const before = await this.policies.find(workspaceId, tx);
      await this.policies.change(workspaceId, wish, tx);
      const after = await this.policies.find(workspaceId, tx);
      record({ action: 'workspace.settings_changed', targetId: workspaceId, profileGroupId: null, before, after });
      return this.resolve(after);
    }, show);
  }

  private resolve(wish: OverdueWish): WorkspaceSettings {
    return { wish, effective: resolveOverdue([wish], this.settings.overdue) };
  }
}
