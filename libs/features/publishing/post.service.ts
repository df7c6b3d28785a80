import { Injectable } from '@nestjs/common';
import { AppError } from '#kernel/app-error';
import { Clock } from '#kernel/clock';
import { UnitOfWork } from '#infra/writes/unit-of-work';
import type { CallerIdentity } from '#features/accounts/index';
import { keysetPage, readPaging, toMoment, type Keyset } from '#infra/http/list-query';
import type { ListPostsQuery } from './list-posts.dto.js';
import type { PostRecord } from './post.record.js';
import { PostListRepository, type PostFilter } from './post-list.repository.js';
import { PostRepository } from './post.repository.js';
import { QueueArranger } from './queues/queue-arranger.js';
import { PostTimelineRepository, type TimelineEntry } from './post-timeline.repository.js';

const defaultPageSize = 10;
const timelinePage = 100;

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
    private readonly timelines: PostTimelineRepository,
    private readonly clock: Clock,
    private readonly writes: UnitOfWork,
    private readonly queues: QueueArranger,
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

  /** What happened to a post, oldest first. @throws AppError not_found */
  async timeline(caller: CallerIdentity, id: string, query: Partial<Keyset>): Promise<{ readonly rows: readonly TimelineEntry[]; readonly nextCursor: string | null }> {
    const limit = query.limit ?? timelinePage;
    await this.get(caller, id);
    return keysetPage(await this.timelines.list(caller.workspaceId, id, { cursor: query.cursor ?? null, take: limit + 1 }), limit);
  }

  /** @throws AppError always: not_found, or that no network of the post can do it */
  async deleteOnPlatform(caller: CallerIdentity, id: string): Promise<never> {
    throw notDeletable(await this.get(caller, id));
  }

  /** Removes our record. @throws AppError state_conflict while a target is being published. */
  async delete<A>(caller: CallerIdentity, id: string, options: { onPlatform: boolean }, show: () => A): Promise<A> {
    const post = await this.get(caller, id);
    if (options.onPlatform) throw notDeletable(post);
    return this.writes.run(caller.workspaceId, async ({ tx, record }) => {
      const leaves = post.status === 'scheduled' ? post.queueId : null;
      if (leaves) await this.queues.hold(caller.workspaceId, { profileGroupId: post.profileGroupId, queueIds: [leaves], postId: id }, tx);
      const outcome = await this.posts.deleteIdle(caller.workspaceId, id, this.clock.now(), tx);
      if (outcome === 'busy') throw new AppError('state_conflict', 'The post is being published; wait for the outcome before deleting it');
      if (outcome === 'absent') throw new AppError('not_found');
      if (leaves) await this.queues.rearrange(caller.workspaceId, leaves, tx);
      record({ action: 'post.deleted', targetId: id, profileGroupId: post.profileGroupId, before: post });
    }, show);
  }
}

/** The model's sentence, word for word (api-surface §3). The port has no such capability, for no network that is built in has it. */
function notDeletable(post: PostRecord): AppError {
  const networks = [...new Set(post.targets.map((target) => target.network))].join(', ');
  return new AppError('validation_failed', `No profiles eligible for deletion: platform deletion is not supported for ${networks}`);
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
