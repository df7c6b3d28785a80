import { Injectable } from '@nestjs/common';
import { AppError } from '#kernel/app-error';
import { Clock } from '#kernel/clock';
import { findContext } from '#infra/logging/request-context';
import { writeEvents } from '#infra/outbox/outbox.repository';
import { tracing } from '#infra/tracing/tracing';
import { UnitOfWork } from '#infra/writes/unit-of-work';
import type { CallerIdentity } from '#features/accounts/index';
import { postUpdatedEvent } from './post-events.js';
import { PostListRepository } from './post-list.repository.js';
import type { PostRecord } from './post.record.js';
import { PostReconcileRepository } from './post-reconcile.repository.js';
import { unknownProfile } from './post-retry.service.js';

/** A person wants to know now what became of a target in doubt. */
@Injectable()
export class PostReconcileService {
  constructor(
    private readonly lists: PostListRepository,
    private readonly targets: PostReconcileRepository,
    private readonly clock: Clock,
    private readonly writes: UnitOfWork,
  ) {}

  /**
   * The worker asks the network about every target in doubt; nothing is sent again.
   * @param profileId only the target of this profile; null: all of them
   * @throws AppError not_found; validation_failed for a profile that the post does not go to; state_conflict when nothing of it is in doubt
   */
  async reconcile<A>(caller: CallerIdentity, id: string, profileId: string | null, show: (post: PostRecord) => A): Promise<A> {
    const { workspaceId } = caller;
    const before = await this.lists.find(workspaceId, caller.keyGroupId, id);
    if (!before) throw new AppError('not_found');
    if (profileId && !before.targets.some((target) => target.profileId === profileId)) throw unknownProfile(profileId);
    return this.writes.run(workspaceId, async ({ tx, record }) => {
      const now = this.clock.now();
      const thread = { requestId: findContext()?.requestId ?? null, traceparent: tracing().current() };
      const asked = await this.targets.ask(workspaceId, { postId: id, profileId, now, ...thread }, tx);
      if (asked.length === 0) throw new AppError('state_conflict', 'Nothing of the post is in doubt: only unconfirmed targets and published ones without an id are asked about');
      const after = await this.lists.find(workspaceId, caller.keyGroupId, id, tx);
      if (!after) throw new AppError('not_found');
      await writeEvents(tx, [postUpdatedEvent(after, 'reconciled', now)]);
      record({ action: 'post.reconciled', targetId: id, profileGroupId: after.profileGroupId, before, after });
      return after;
    }, show);
  }
}
