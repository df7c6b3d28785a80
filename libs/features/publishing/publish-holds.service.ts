import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '#kernel/clock';
import type { Settings } from '#infra/config/settings';
import { SETTINGS } from '#infra/config/settings.module';
import { ProfileService } from '#features/accounts/index';
import { OverduePolicyRepository } from './overdue-policy.repository.js';
import { isOverdue, resolveOverdue } from './overdue.rules.js';
import type { ActionOutcome, PublishAction } from './publish.action.js';
import { settleOverdue } from './publish.hold.js';
import type { Settlement } from './publish.settlement.js';
import type { PublishTarget } from './publish-target.js';

/** What keeps a target from going out that a person has to see to: its account, and that nobody came at its time. */
@Injectable()
export class PublishHolds {
  constructor(
    private readonly profiles: ProfileService,
    private readonly policies: OverduePolicyRepository,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Pick<Settings, 'overdue'>,
  ) {}

  /** Takes the profile, and holds what waits for it, when a call was refused because of the account. */
  async noteLoss(target: PublishTarget, outcome: ActionOutcome, calledAt: Date): Promise<void> {
    const error = outcome.kind === 'failed' ? outcome.error : outcome.kind === 'status' && outcome.status.state === 'failed' ? outcome.status.error : null;
    if (error) await this.profiles.noteFailure(target.workspaceId, target.profileId, error, calledAt);
  }

  /** What becomes of a target whose time passed while nobody came; null: it is in time, or what it does next is only to ask. */
  async findOverdue(target: PublishTarget, action: PublishAction): Promise<Settlement | null> {
    const now = this.clock.now();
    const { state } = target;
    if (state.publishedAt !== null || action.kind === 'confirm' || !isOverdue(state, now)) return null;
    const [queue, workspace] = await Promise.all([this.policies.findOfQueue(target.workspaceId, target.postId), this.policies.find(target.workspaceId)]);
    return settleOverdue(state, resolveOverdue([queue, workspace], this.settings.overdue), now);
  }
}
