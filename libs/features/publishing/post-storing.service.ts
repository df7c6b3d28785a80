import { Injectable } from '@nestjs/common';
import { AppError } from '#kernel/app-error';
import { Clock } from '#kernel/clock';
import { findContext } from '#infra/logging/request-context';
import { newEvent, type OutboxEvent } from '#infra/outbox/outbox-event';
import { writeEvents } from '#infra/outbox/outbox.repository';
import { tracing } from '#infra/tracing/tracing';
import type { AuditEntry } from '#infra/writes/audit-entry';
import { UnitOfWork, type SqlRunner, type Transaction } from '#infra/writes/unit-of-work';
import { PostChangeRepository, type ChangeOutcome, type SeenPost } from './post-change.repository.js';
import { postUpdatedEvent, type PostChangeKind } from './post-events.js';
import { refuseDuplicate, throwDuplicate, type DuplicateQuestion } from './post-kin.repository.js';
import type { PostKin } from './post.kin.js';
import { PostListRepository } from './post-list.repository.js';
import type { PostRecord } from './post.record.js';
import { PostRepository } from './post.repository.js';
import { QueueArranger } from './queues/queue-arranger.js';

export interface PostReplacement {
  readonly seen: SeenPost;
  readonly after: PostRecord;
  readonly isReplaced: boolean;
  readonly duplicates: DuplicateQuestion;
  readonly kind: PostChangeKind;
}

/** Writes posts with their traces. One that is or was in a queue takes that queue's lock first, and the queue is arranged with it. */
@Injectable()
export class PostStoringService {
  constructor(
    private readonly posts: PostRepository,
    private readonly changes: PostChangeRepository,
    private readonly lists: PostListRepository,
    private readonly queues: QueueArranger,
    private readonly clock: Clock,
    private readonly writes: UnitOfWork,
  ) {}

  /** @throws VanishedReferenceError when the group or a profile is gone; AppError validation_failed for a queue that is gone or full: nothing was written */
  async add<A>(post: PostRecord, duplicates: DuplicateQuestion, show: (stored: PostRecord, kin: readonly PostKin[]) => A): Promise<A> {
    const { workspaceId, queueId } = post;
    if (queueId !== null) return this.addToQueue(post, queueId, duplicates, show);
    const fact = { action: 'post.created', targetId: post.id, profileGroupId: post.profileGroupId, after: post };
    const statement = (runner: SqlRunner, audit: readonly AuditEntry[]): Promise<PostKin[]> => this.posts.create(post, { events: [createdEvent(post)], audit, ...thread() }, duplicates, runner);
    return this.writes.runStatement(workspaceId, [fact], statement, (kin) => show(post, kin)).catch(throwDuplicate);
  }

  private addToQueue<A>(post: PostRecord, queueId: string, duplicates: DuplicateQuestion, show: (stored: PostRecord, kin: readonly PostKin[]) => A): Promise<A> {
    const { workspaceId, profileGroupId } = post;
    return this.writes.run(workspaceId, async ({ tx, record }) => {
      await this.queues.hold(workspaceId, { profileGroupId, queueIds: [queueId], profileIds: post.targets.map((target) => target.profileId) }, tx);
      await this.posts.create(post, { events: [], audit: [], ...thread() }, unasked(duplicates), tx);
      await this.queues.rearrange(workspaceId, queueId, tx, post.status === 'scheduled' ? post.id : null);
      const stored = await this.reread(post, tx);
      const kin = await refuseDuplicate(inPlace(duplicates, stored), tx);
      await writeEvents(tx, [createdEvent(stored)]);
      record({ action: 'post.created', targetId: post.id, profileGroupId, after: stored });
      return { stored, kin };
    }, ({ stored, kin }) => show(stored, kin)).catch(throwDuplicate);
  }

  /** @throws AppError not_found or state_conflict when somebody was first; validation_failed for a queue that is gone or full */
  replace<A>({ seen: { post: before, revision }, after: wanted, isReplaced, duplicates, kind }: PostReplacement, show: (stored: PostRecord) => A): Promise<A> {
    const { workspaceId, id, profileGroupId } = before;
    const queueIds = [...new Set([before.queueId, wanted.queueId].flatMap((queueId) => queueId ?? []))];
    return this.writes.run(workspaceId, async ({ tx, record }) => {
      if (queueIds.length > 0) await this.queues.hold(workspaceId, { profileGroupId, queueIds, profileIds: wanted.targets.map((target) => target.profileId), postId: id }, tx);
      const isQueued = wanted.queueId !== null;
      refuse(await this.changes.replace(workspaceId, { after: wanted, revision, replacesMedia: isReplaced, duplicates: isQueued ? unasked(duplicates) : duplicates, thread: thread() }, tx));
      const joins = wanted.status === 'scheduled' && (before.status === 'draft' || before.queueId !== wanted.queueId);
      for (const queueId of queueIds) await this.queues.rearrange(workspaceId, queueId, tx, joins && queueId === wanted.queueId ? id : null);
      const after = isQueued ? await this.reread(wanted, tx) : wanted;
      if (isQueued) await refuseDuplicate(inPlace(duplicates, after), tx);
      await writeEvents(tx, [postUpdatedEvent(after, kind, this.clock.now())]);
      record({ action: `post.${kind}`, targetId: id, profileGroupId, before, after });
      return after;
    }, show).catch(throwDuplicate);
  }

  /** With the time that the queue has given it. */
  private async reread(post: PostRecord, tx: Transaction): Promise<PostRecord> {
    const stored = await this.lists.find(post.workspaceId, null, post.id, tx);
    if (!stored) throw new AppError('not_found');
    return stored;
  }
}

/** The queue says when a post goes out, so whether that is too near to another can only be asked when it has its place. */
function unasked(question: DuplicateQuestion): DuplicateQuestion {
  return { ...question, targets: [] };
}

/** With the time that the queue has given; without one, in a paused queue, the post counts as one that goes out now. */
function inPlace(question: DuplicateQuestion, { targets }: PostRecord): DuplicateQuestion {
  const times = new Map(targets.map(({ profileId, publishAt }) => [profileId, publishAt]));
  return { ...question, targets: question.targets.map((target) => ({ ...target, publishAt: times.get(target.profileId) ?? null })) };
}

function thread(): { readonly requestId: string | null; readonly traceparent: string | null } {
  return { requestId: findContext()?.requestId ?? null, traceparent: tracing().current() };
}

function createdEvent({ workspaceId, profileGroupId, id, body, status, scheduledAt, createdAt }: PostRecord): OutboxEvent {
  return newEvent({ workspaceId, profileGroupId, type: 'post.created', createdAt, postId: id, data: { id, body, status, scheduled_at: scheduledAt, created_at: createdAt } });
}

function refuse(outcome: ChangeOutcome): void {
  if (outcome === 'absent') throw new AppError('not_found');
  if (outcome === 'conflict') throw new AppError('state_conflict', 'The post is being published or was changed meanwhile; read it again');
  if (outcome === 'profile_gone') throw new AppError('state_conflict', 'A profile of the post was taken out meanwhile');
}
