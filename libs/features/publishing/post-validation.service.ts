import { Injectable } from '@nestjs/common';
import { AppError, type Violation } from '#kernel/app-error';
import { Clock } from '#kernel/clock';
import { ProfileService, type CallerIdentity } from '#features/accounts/index';
import type { MediaFacts } from '#networks/port/media-facts';
import type { IngestedMedia } from '#features/media/index';
import type { CreatePostDto } from './create-post.dto.js';
import { toMediaSource, type MediaInput } from './media-input.js';
import { draftPost, fieldsOf } from './post.drafting.js';
import { PostKinRepository } from './post-kin.repository.js';
import { findDuplicate, nearDuplicates, type PostKin } from './post.kin.js';
import { PostJudge } from './post.judge.js';
import { networksOf, PostMediaService } from './post-media.service.js';
import { QueueMembership } from './queues/queue-membership.js';
import { readQueueWish } from './queues/queue-wish.rules.js';
import type { PostRecord } from './post.record.js';

/** A media as it was found; without facts it could not be had or read, and `error` says why. */
export interface CheckedMedia {
  readonly sourceUrl: string | null;
  readonly facts: MediaFacts | null;
  readonly error: string | null;
}

export interface Verdict {
  readonly violations: readonly Violation[];
  readonly warnings: readonly Violation[];
  readonly media: readonly CheckedMedia[];
}

/** Creating without creating: the steps of `PostCreationService` with the same parts, collecting what that one would throw. */
@Injectable()
export class PostValidationService {
  constructor(
    private readonly profiles: ProfileService,
    private readonly media: PostMediaService,
    private readonly judge: PostJudge,
    private readonly queues: QueueMembership,
    private readonly kin: PostKinRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * Fetches, probes and judges; stores and sends nothing. The networks are asked about the whole post once everything in it could be read:
   * what they would say of a part of it is not true of the post.
   * @throws AppError not_found for a group that is gone
   */
  async validate(keyHolder: CallerIdentity, input: CreatePostDto, groupId: string | undefined): Promise<Verdict> {
    const caller = !groupId ? keyHolder : await this.profiles.inGroup(keyHolder, groupId);
    const violations: Violation[] = [];
    const warnings: Violation[] = [];
    const collect = async <T>(at: string, step: () => T | Promise<T>): Promise<T | null> => {
      try {
        return await step();
      } catch (error) {
        violations.push(...toViolations(error, at));
        return null;
      }
    };
    const profiles = await collect('profiles', () => this.profiles.select(caller, input.profiles));
    await collect('queue_id', () => this.queues.requireFor(caller, readQueueWish(input)));
    const paramsOf = profiles && (await collect('platforms', async () => this.judge.readParams(profiles, await this.media.placeFiles(caller, input.platforms ?? {}, { networks: networksOf(profiles), intent: 'look' }))));
    const framer = this.judge.framer(paramsOf ?? new Map());
    const media: CheckedMedia[] = [];
    const originals: IngestedMedia[] = [];
    for (const [index, source] of (input.media ?? []).entries()) {
      const at = `media[${index}]`;
      const known = violations.length;
      const found = await collect(at, () => this.media.inspect(caller, source, at, (kind) => framer({ kind, index })));
      warnings.push(...(found?.notes ?? []));
      if (found) originals.push(found);
      media.push({ sourceUrl: sourceOf(source), facts: found?.facts ?? null, error: found ? null : (violations[known]?.message ?? null) });
    }
    const facts = media.flatMap((item) => item.facts ?? []);
    const judged = paramsOf && facts.length === media.length ? this.judge.judge({ body: input.post.body ?? '', media: facts, paramsOf }) : null;
    const kin = judged && profiles && paramsOf ? await this.kinOf(caller, draftPost(caller, { ...fieldsOf(input), queue: null, profiles, paramsOf, media: originals }, this.clock.now(), 0), input) : [];
    const twin = findDuplicate(kin);
    return {
      violations: [...violations, ...(judged?.violations ?? []), ...(twin ? [twin] : [])],
      warnings: [...warnings, ...(judged?.warnings ?? []), ...nearDuplicates(input.post.body ?? '', kin)],
      media,
    };
  }

  private async kinOf({ workspaceId }: CallerIdentity, post: PostRecord, input: CreatePostDto): Promise<PostKin[]> {
    const question = this.judge.duplicates(post, { isAllowed: input.allow_duplicate ?? false });
    return question.targets.length === 0 ? [] : this.kin.find(workspaceId, question);
  }
}

function sourceOf(input: MediaInput): string | null {
  const source = toMediaSource(input);
  return source.kind === 'url' ? source.url : null;
}

/** What creating would answer with 4xx is a finding here. A failure of ours stays one. */
function toViolations(error: unknown, at: string): readonly Violation[] {
  if (!(error instanceof AppError) || error.status >= 500) throw error;
  const named = error.details?.['violations'];
  if (Array.isArray(named)) return named as Violation[];
  return [{ rule: `media.${error.code.replace(/^media_/, '')}`, path: at, message: error.message }];
}
