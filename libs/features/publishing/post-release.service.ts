import { Injectable } from '@nestjs/common';
import { AppError } from '#kernel/app-error';
import { newEvent, type OutboxEvent } from '#infra/outbox/outbox-event';
import { writeEvents } from '#infra/outbox/outbox.repository';
import { UnitOfWork } from '#infra/writes/unit-of-work';
import { ProfileService, type CallerIdentity } from '#features/accounts/index';
import { PostClock } from './post-clock.js';
import { PostListRepository } from './post-list.repository.js';
import type { PostRecord } from './post.record.js';
import { PostReleaseRepository, type ReleasedTarget } from './post-release.repository.js';

/** A person says that what is held should go. */
@Injectable()
export class PostReleaseService {
  constructor(
    private readonly lists: PostListRepository,
    private readonly releases: PostReleaseRepository,
    private readonly profiles: ProfileService,
    private readonly clock: PostClock,
    private readonly writes: UnitOfWork,
  ) {}

  /**
   * Held targets go out at their time, or now when it has passed. For a blocked account this is also the word that it is free again: the profile is tried
   * again, with everything else that was held for it; where the network still refuses, all of it is held again.
   * @param profileId only the target of this profile; null: all of them
   * @throws AppError not_found; validation_failed for a profile that the post does not go to; state_conflict when nothing of it is held
   */
  async release<A>(caller: CallerIdentity, id: string, profileId: string | null, show: (post: PostRecord) => A): Promise<A> {
    const { workspaceId } = caller;
    const before = await this.lists.find(workspaceId, caller.keyGroupId, id);
    if (!before) throw new AppError('not_found');
    if (profileId && !before.targets.some((target) => target.profileId === profileId)) {
      throw new AppError('validation_failed', undefined, { violations: [{ rule: 'post.profile_exists', path: 'profile_id', message: `Profile not found for ${profileId}`, actual: profileId }] });
    }
    return this.writes.run(workspaceId, async ({ tx, record }) => {
      const now = this.clock.now();
      const released = await this.releases.release(workspaceId, { postId: id, profileId, now, lead: this.clock.lead }, tx);
      if (released.length === 0) throw new AppError('state_conflict', 'Nothing of the post is held');
      const after = await this.lists.find(workspaceId, caller.keyGroupId, id, tx);
      if (!after) throw new AppError('not_found');
      await writeEvents(tx, released.map((target) => releasedEvent(after, target, now)));
      for (const target of released) if (target.hold === 'account_blocked') await this.profiles.resume(workspaceId, target.profileId, this.clock.lead, tx);
      record({ action: 'post.hold_released', targetId: id, profileGroupId: after.profileGroupId, before, after });
      return after;
    }, show);
  }
}

function releasedEvent(post: PostRecord, { id, profileId, profileName }: ReleasedTarget, now: Date): OutboxEvent {
  const { workspaceId, profileGroupId, id: postId } = post;
  const platform = post.targets.find((target) => target.id === id)?.network;
  return newEvent({
    workspaceId, profileGroupId, type: 'platform_post.released', createdAt: now, postId,
    data: { id, post_id: postId, platform, profile_id: profileId, profile_name: profileName, status: 'pending', error: null, error_details: null, platform_id: null, permalink: null, metadata: post.metadata ?? null },
  });
}
