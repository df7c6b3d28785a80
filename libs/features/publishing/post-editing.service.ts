import { Injectable } from '@nestjs/common';
import { AppError, type Violation } from '#kernel/app-error';
import { ProfileService, type CallerIdentity } from '#features/accounts/index';
import { PostChangeRepository, type SeenPost } from './post-change.repository.js';
import type { CreatedPost } from './post-creation.service.js';
import { PostClock } from './post-clock.js';
import { draftMedia } from './post.drafting.js';
import { editPost, factsOf, isEditable, mergePlatforms, paramsOfTargets, reshapedMedia } from './post.editing.js';
import type { PostChangeKind } from './post-events.js';
import { PostJudge, type Framer } from './post.judge.js';
import { networksOf, PostMediaService } from './post-media.service.js';
import type { MediaRecord, PostRecord } from './post.record.js';
import { PostStoringService } from './post-storing.service.js';
import type { PublishPostDto } from './publish-post.dto.js';
import type { UpdatePostDto } from './update-post.dto.js';

/** The model's sentences, word for word (api-surface §3). */
const closed = 'Post cannot be edited (only drafts or scheduled posts more than 5 minutes before publish time)';
const notADraft = 'Post is not a draft';

/** What its author does to a post before a worker has begun it. */
@Injectable()
export class PostEditingService {
  constructor(
    private readonly changes: PostChangeRepository,
    private readonly profiles: ProfileService,
    private readonly media: PostMediaService,
    private readonly judge: PostJudge,
    private readonly clock: PostClock,
    private readonly storing: PostStoringService,
  ) {}

  /**
   * Judges the post as it becomes, as a whole, and replaces it.
   * @throws AppError not_found; validation_failed when it is too late or a rule is broken; state_conflict when somebody was first; duplicate_post
   */
  async edit<A>(caller: CallerIdentity, id: string, input: UpdatePostDto, show: (changed: CreatedPost) => A): Promise<A> {
    const seen = await this.see(caller, id);
    if (!isEditable(seen.post, this.clock.now())) throw new AppError('validation_failed', closed);
    return this.change(caller, seen, input, 'edited', show);
  }

  /** Sends a draft on its way: at its time, or now. @throws AppError as `edit` */
  async publish<A>(caller: CallerIdentity, id: string, input: PublishPostDto, show: (changed: CreatedPost) => A): Promise<A> {
    const seen = await this.see(caller, id);
    if (seen.post.status !== 'draft') throw new AppError('validation_failed', notADraft);
    return this.change(caller, seen, { ...input, post: { draft: false } }, 'released', show);
  }

  private async see(caller: CallerIdentity, id: string): Promise<SeenPost> {
    const seen = await this.changes.find(caller.workspaceId, caller.keyGroupId, id);
    if (!seen) throw new AppError('not_found');
    return seen;
  }

  private async change<A>(caller: CallerIdentity, seen: SeenPost, input: UpdatePostDto, kind: PostChangeKind, show: (changed: CreatedPost) => A): Promise<A> {
    const before = seen.post;
    const owner = { ...caller, profileGroupId: before.profileGroupId };
    const profiles = await this.profiles.select(owner, input.profiles ?? before.targets.map((target) => target.profileId));
    const paramsOf = this.judge.readParams(profiles, mergePlatforms(before, profiles, await this.media.placeFiles(owner, input.platforms ?? {}, { networks: networksOf(profiles) })));
    const { media, notes, isReplaced } = await this.mediaOf(owner, before, input, this.judge.framer(paramsOf));
    const warnings = [...notes, ...this.judge.accept({ body: input.post?.body ?? before.body, media: media.map((item) => factsOf(item)), paramsOf })];
    const now = this.clock.now();
    const after = editPost(before, { input, profiles, paramsOf, media }, now, this.clock.lead);
    const duplicates = this.judge.duplicates(after, { isAllowed: input.allow_duplicate ?? false, before });
    return this.storing.replace({ seen, after, isReplaced, duplicates, kind }, (stored) => show({ post: stored, warnings }));
  }

  /** Those that were sent, else those that are there, with new copies where another shape is asked for. */
  private async mediaOf(owner: CallerIdentity, before: PostRecord, input: UpdatePostDto, framer: Framer): Promise<{ media: readonly MediaRecord[]; notes: readonly Violation[]; isReplaced: boolean }> {
    if (input.media) {
      const ingested = await this.media.ingestAll(owner, input.media, framer);
      return { media: draftMedia(ingested, this.clock.now()), notes: ingested.flatMap((item) => item.notes), isReplaced: true };
    }
    const copies = await this.media.reshape(before.media, this.judge.framer(paramsOfTargets(before)), framer);
    return { media: reshapedMedia(before.media, copies), notes: copies.flatMap((copy) => copy?.notes ?? []), isReplaced: copies.some((copy) => copy !== null) };
  }
}
