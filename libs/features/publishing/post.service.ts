import { Injectable } from '@nestjs/common';
import { AppError } from '#kernel/app-error';
import { Clock } from '#kernel/clock';
import { UnitOfWork } from '#infra/writes/unit-of-work';
import type { CallerIdentity } from '#features/accounts/index';
import { readPaging, toMoment } from '#infra/http/list-query';
import type { ListPostsQuery } from './list-posts.dto.js';
import type { PostRecord } from './post.record.js';
import { PostListRepository, type PostFilter } from './post-list.repository.js';
import { PostRepository } from './post.repository.js';

const defaultPageSize = 10;

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
    private readonly clock: Clock,
    private readonly writes: UnitOfWork,
  ) {}

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
  async delete<A>(caller: CallerIdentity, id: string, options: { onPlatform: boolean }, show: () => A): Promise<A> {
    const post = await this.get(caller, id);
    if (options.onPlatform) {
      const networks = [...new Set(post.targets.map((target) => target.network))].join(', ');
      throw new AppError('validation_failed', `No profiles eligible for deletion: platform deletion is not supported for ${networks}`);
    }
    return this.writes.run(caller.workspaceId, async ({ tx, record }) => {
      const outcome = await this.posts.deleteIdle(caller.workspaceId, id, this.clock.now(), tx);
      if (outcome === 'busy') throw new AppError('state_conflict', 'The post is being published; wait for the outcome before deleting it');
      if (outcome === 'absent') throw new AppError('not_found');
      record({ action: 'post.deleted', targetId: id, profileGroupId: post.profileGroupId, before: post });
    }, show);
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
