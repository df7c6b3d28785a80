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
import { PostRetryRepository } from './post-retry.repository.js';

/** A person says that what failed should be tried again. */
@Injectable()
export class PostRetryService {
  constructor(
    private readonly lists: PostListRepository,
    private readonly retries: PostRetryRepository,
    private readonly clock: Clock,
    private readonly writes: UnitOfWork,
  ) {}

  /**
   * Failed targets begin anew, with a whole retry plan before them. What is published, unconfirmed or under way is not touched.
   * @param profileId only the target of this profile; null: all of them
   * @throws AppError not_found; validation_failed for a profile that the post does not go to; state_conflict when nothing of it has failed
   */
  async retry<A>(caller: CallerIdentity, id: string, profileId: string | null, show: (post: PostRecord) => A): Promise<A> {
    const { workspaceId } = caller;
    const before = await this.lists.find(workspaceId, caller.keyGroupId, id);
    if (!before) throw new AppError('not_found');
    if (profileId && !before.targets.some((target) => target.profileId === profileId)) throw unknownProfile(profileId);
    return this.writes.run(workspaceId, async ({ tx, record }) => {
      const now = this.clock.now();
      const thread = { requestId: findContext()?.requestId ?? null, traceparent: tracing().current() };
      const retried = await this.retries.retry(workspaceId, { postId: id, profileId, now, ...thread }, tx);
      if (retried.length === 0) throw new AppError('state_conflict', 'Nothing of the post can be retried: only failed targets of connected profiles are');
      const after = await this.lists.find(workspaceId, caller.keyGroupId, id, tx);
      if (!after) throw new AppError('not_found');
      await writeEvents(tx, [postUpdatedEvent(after, 'retried', now)]);
      record({ action: 'post.retried', targetId: id, profileGroupId: after.profileGroupId, before, after });
      return after;
    }, show);
  }
}

export function unknownProfile(id: string): AppError {
  return new AppError('validation_failed', undefined, { violations: [{ rule: 'post.profile_exists', path: 'profile_id', message: `Profile not found for ${id}`, actual: id }] });
}
