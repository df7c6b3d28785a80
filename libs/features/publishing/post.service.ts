import { Injectable } from '@nestjs/common';
import { AppError, type Violation } from '#kernel/app-error';
import { Clock } from '#kernel/clock';
import { findContext } from '#infra/logging/request-context';
import { tracing } from '#infra/tracing/tracing';
import { newEvent } from '#infra/outbox/outbox-event';
import { ProfileService, type CallerIdentity } from '#features/accounts/index';
import { MediaIngestService } from '#features/media/index';
import { readPaging, toMoment } from '#infra/http/list-query';
import type { CreatePostDto } from './create-post.dto.js';
import type { ListPostsQuery } from './list-posts.dto.js';
import { toMediaSource } from './media-input.js';
import { draftPost } from './post.drafting.js';
import { PostJudge } from './post.judge.js';
import type { PostRecord } from './post.record.js';
import { PostListRepository, type PostFilter } from './post-list.repository.js';
import { PostRepository } from './post.repository.js';

const defaultPageSize = 10;

export interface CreatedPost {
  readonly post: PostRecord;
  /** What was repaired, and what a network's documentation refuses although posts like it have passed. */
  readonly warnings: readonly Violation[];
}

export interface PostPage {
  readonly posts: readonly PostRecord[];
  readonly page?: { readonly total: number; readonly page: number; readonly perPage: number };
  readonly nextCursor?: string | null;
}

@Injectable()
export class PostService {
  constructor(
    private readonly posts: PostRepository,
    private readonly lists: PostListRepository,
    private readonly profiles: ProfileService,
    private readonly ingest: MediaIngestService,
    private readonly judge: PostJudge,
    private readonly clock: Clock,
  ) {}

  /**
   * Accepts a post or refuses it whole: what comes back from here is publishable as far as its networks' rules say.
   * @throws AppError validation_failed with every violation; media_unreachable, media_unreadable, egress_refused for a file
   */
  async create(keyHolder: CallerIdentity, input: CreatePostDto, groupId?: string): Promise<CreatedPost> {
    const caller = !groupId ? keyHolder : await this.profiles.inGroup(keyHolder, groupId);
    const profiles = await this.profiles.select(caller, input.profiles);
    const paramsOf = this.judge.readParams(profiles, input.platforms ?? {});
    const media = [];
    // One at a time: ten videos at once would be ten times the disk and the memory.
    for (const [index, source] of (input.media ?? []).entries()) media.push(await this.ingest.ingest(toMediaSource(source), { at: `media[${index}]` }));
    const body = input.post.body ?? '';
    const warnings = [...media.flatMap((item) => item.notes), ...this.judge.accept({ body, media: media.map((item) => item.facts), paramsOf })];
    const post = draftPost(caller, {
      body,
      scheduledAt: input.post.scheduled_at ? toMoment(input.post.scheduled_at) : null,
      isDraft: input.post.draft ?? false,
      metadata: input.metadata ?? null,
      profiles,
      paramsOf,
      media,
    }, this.clock.now());
    const { workspaceId, profileGroupId, createdAt } = post;
    const event = newEvent({ workspaceId, profileGroupId, type: 'post.created', createdAt, data: { id: post.id, body, status: post.status, scheduled_at: post.scheduledAt, created_at: createdAt } });
    await this.posts.create(post, [event], findContext()?.requestId ?? null, tracing().current());
    return { post, warnings };
  }

  async list(caller: CallerIdentity, query: ListPostsQuery): Promise<PostPage> {
    const filter = toFilter(caller, query);
    const paging = readPaging(query, defaultPageSize);
    if (paging.mode === 'page') {
      const { total, posts } = await this.lists.page(caller.workspaceId, filter, { skip: paging.page * paging.perPage, take: paging.perPage });
      return { posts, page: { total, page: paging.page, perPage: paging.perPage } };
    }
    const posts = await this.lists.after(caller.workspaceId, filter, paging.cursor, paging.limit + 1);
    const shown = posts.slice(0, paging.limit);
    return { posts: shown, nextCursor: posts.length > paging.limit ? (shown.at(-1)?.id ?? null) : null };
  }

  /** @throws AppError not_found, also for another workspace's or group's post. */
  async get(caller: CallerIdentity, id: string): Promise<PostRecord> {
    const post = await this.lists.find(caller.workspaceId, caller.keyGroupId, id);
    if (!post) throw new AppError('not_found');
    return post;
  }

  /** Removes our record. @throws AppError state_conflict while a target is being published. */
  async delete(caller: CallerIdentity, id: string, options: { onPlatform: boolean }): Promise<void> {
    const post = await this.get(caller, id);
    if (options.onPlatform) {
      const networks = [...new Set(post.targets.map((target) => target.network))].join(', ');
      throw new AppError('validation_failed', `No profiles eligible for deletion: platform deletion is not supported for ${networks}`);
    }
    if ((await this.posts.deleteIdle(caller.workspaceId, id, this.clock.now())) === 'busy') {
      throw new AppError('state_conflict', 'The post is being published; wait for the outcome before deleting it');
    }
  }
}

function toFilter(caller: CallerIdentity, query: ListPostsQuery): PostFilter {
  return {
    profileGroupId: caller.profileGroupId,
    status: query.status ?? null,
    networks: query.platforms ?? [],
    source: query.source ?? null,
    scheduledAfter: query.scheduled_after ? toMoment(query.scheduled_after) : null,
    scheduledBefore: query.scheduled_before ? toMoment(query.scheduled_before) : null,
    profileId: query.profile_id ?? null,
    text: query.q || null,
  };
}
