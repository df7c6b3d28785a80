import { Injectable } from '@nestjs/common';
import { AppError, type Violation } from '#kernel/app-error';
import { VanishedReferenceError } from '#infra/database/vanished-reference';
import { ProfileService, type CallerIdentity, type ProfileIdentity } from '#features/accounts/index';
import type { CreatePostDto } from './create-post.dto.js';
import { PostClock } from './post-clock.js';
import { draftPost, fieldsOf } from './post.drafting.js';
import { nearDuplicates } from './post.kin.js';
import { PostJudge } from './post.judge.js';
import { networksOf, PostMediaService } from './post-media.service.js';
import type { PostRecord } from './post.record.js';
import { PostStoringService } from './post-storing.service.js';
import { QueueMembership } from './queues/queue-membership.js';
import { readQueueWish } from './queues/queue-wish.rules.js';

export interface CreatedPost {
  readonly post: PostRecord;
  /** What was repaired, and what a network's documentation refuses although posts like it have passed. */
  readonly warnings: readonly Violation[];
}

@Injectable()
export class PostCreationService {
  constructor(
    private readonly profiles: ProfileService,
    private readonly media: PostMediaService,
    private readonly judge: PostJudge,
    private readonly clock: PostClock,
    private readonly queues: QueueMembership,
    private readonly storing: PostStoringService,
  ) {}

  /**
   * Accepts a post or refuses it whole: what comes back from here is publishable as far as its networks' rules say.
   * @throws AppError not_found for a group that is gone; validation_failed with every violation; duplicate_post; media_unreachable, media_unreadable, egress_refused for a file
   */
  async create<A>(keyHolder: CallerIdentity, input: CreatePostDto, groupId: string | undefined, show: (created: CreatedPost) => A): Promise<A> {
    const caller = !groupId ? keyHolder : await this.profiles.inGroup(keyHolder, groupId);
    try {
      return await this.createFor(caller, input, await this.profiles.selectRecent(caller, input.profiles), show);
    } catch (error) {
      if (!(error instanceof VanishedReferenceError)) throw error;
      // Looking again tells what was taken out, in the words of a request that came too late; or what has taken its place.
      await this.profiles.inGroup(caller, caller.profileGroupId);
      return await this.createFor(caller, input, await this.profiles.select(caller, input.profiles), show).catch(explainVanished);
    }
  }

  /** @throws VanishedReferenceError when the group or a profile is gone: nothing was written */
  private async createFor<A>(caller: CallerIdentity, input: CreatePostDto, profiles: readonly ProfileIdentity[], show: (created: CreatedPost) => A): Promise<A> {
    const queue = readQueueWish(input);
    await this.queues.requireFor(caller, queue);
    const paramsOf = this.judge.readParams(profiles, await this.media.placeFiles(caller, input.platforms ?? {}, { networks: networksOf(profiles) }));
    const media = await this.media.ingestAll(caller, input.media ?? [], this.judge.framer(paramsOf));
    const body = input.post.body ?? '';
    const warnings = [...media.flatMap((item) => item.notes), ...this.judge.accept({ body, media: media.map((item) => item.facts), paramsOf })];
    const post = draftPost(caller, {
      ...fieldsOf(input),
      queue,
      profiles,
      paramsOf,
      media,
    }, this.clock.now(), this.clock.lead);
    const duplicates = this.judge.duplicates(post, { isAllowed: input.allow_duplicate ?? false });
    return this.storing.add(post, duplicates, (stored, kin) => show({ post: stored, warnings: [...warnings, ...nearDuplicates(body, kin)] }));
  }
}

function explainVanished(error: unknown): never {
  if (!(error instanceof VanishedReferenceError)) throw error;
  throw new AppError('state_conflict', 'A profile of the post was taken out and connected again at the same moment; send the post again', { cause: error });
}
