import { Inject, Injectable } from '@nestjs/common';
import { after, Clock, seconds } from '#kernel/clock';
import type { Settings } from '#infra/config/settings';
import { SETTINGS } from '#infra/config/settings.module';
import { CallBudgets, ProfilePaceRepository, type ProfilePaceRow } from '#features/accounts/index';
import type { PublishAction } from './publish.action.js';
import { publishSlot } from './publish.pace.js';
import type { Deferral } from './publish.settlement.js';
import type { PublishTarget } from './publish-target.js';

/** Tries to take a publishing call's place when others take theirs at the same time. */
const maxTries = 5;

/** Places that calls of a profile use up. Taken before the call is written down: a worker that dies in between has lost a place, and nobody has had one too many. */
@Injectable()
export class PublishPlaces {
  constructor(
    private readonly paces: ProfilePaceRepository,
    private readonly budgets: CallBudgets,
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /** Null: the call has its place, or needs none. */
  async take(target: PublishTarget, action: PublishAction, pace: ProfilePaceRow | null): Promise<Deferral | null> {
    switch (action.kind) {
      case 'publish':
        return this.takePublish(target, pace);
      case 'comment':
        return this.takeComment(target);
      default:
        return null;
    }
  }

  private async takePublish({ workspaceId, profileId }: PublishTarget, pace: ProfilePaceRow | null): Promise<Deferral | null> {
    const { spacingSeconds, burst } = this.settings.publishPace;
    if (spacingSeconds === 0) return null;
    let tat = pace?.publishTat ?? null;
    for (let tries = 0; tries < maxTries; tries += 1) {
      const slot = publishSlot(tat, { milliseconds: seconds(spacingSeconds), burst }, this.clock.now());
      if ('until' in slot) return { reason: 'spacing', until: slot.until };
      if (await this.paces.takePublish(workspaceId, profileId, tat, slot.tat)) return null;
      tat = (await this.paces.find(workspaceId, profileId))?.publishTat ?? null;
    }
    return { reason: 'spacing', until: after(this.clock.now(), seconds(1)) };
  }

  /**
   * Counted once for each call: the same again after a worker died before its call is the same place, and one in doubt is looked for, not written again.
   * One that was refused and is tried again is another call.
   */
  private async takeComment({ workspaceId, profileId, network, id, state }: PublishTarget): Promise<Deferral | null> {
    const full = await this.budgets.take({ workspaceId, profileId, network, kind: 'comment', subject: `${id}/${String(state.attempts)}` });
    return full && { reason: 'comment_budget', until: full.until };
  }
}
