import { Injectable } from '@nestjs/common';
import { after } from '#kernel/clock';
import { Database, Prisma } from '#infra/database/database';
import { writeEvents } from '#infra/outbox/outbox.repository';
import type { OutboxEvent } from '#infra/outbox/outbox-event';
import { containerEntry } from './container-ledger.repository.js';
import { rewindPosts } from '#features/accounts/index';
import { holdIfLost } from './publish-hold.repository.js';
import { postProcessedEvent } from './publish-events.js';
import { leaseLength } from './publish-lease.repository.js';
import { targetInclude, toColumns, toTarget } from './publish-target.mapper.js';
import type { PublishStep } from './publish.states.js';
import type { PublishTarget, StatePatch } from './publish-target.js';

export interface AttemptIntent {
  readonly id: string;
  readonly step: PublishStep;
  readonly requestId: string;
  /** The call asks for a new container. */
  readonly makesContainer: boolean;
}

export interface AttemptOutcome {
  readonly id: string;
  /** `ok` or the error class. */
  readonly outcome: string;
  readonly code: number | null;
  readonly subcode: number | null;
  readonly message: string | null;
}

interface SettledChange {
  readonly patch: StatePatch;
  /** Lets go of the row. */
  readonly releases: boolean;
  readonly attempt: AttemptOutcome | null;
  readonly events: readonly OutboxEvent[];
}

interface Tenure {
  readonly target: PublishTarget;
  readonly lease: string;
  readonly now: Date;
}

/** The truth about a target. Every write is fenced by the lease: a worker that lost it changes nothing. */
@Injectable()
export class PublishTargetRepository {
  constructor(private readonly database: Database) {}

  async find(workspaceId: string, id: string): Promise<PublishTarget | null> {
    const row = await this.database.platformPost.findFirst({ where: { workspaceId, id }, include: targetInclude });
    return row && toTarget(row);
  }

  /** Writes the intent before an outside call, renewing the lease, in one statement. False: the lease is lost, make no call. */
  async begin({ target, lease, now }: Tenure, attempt: AttemptIntent): Promise<boolean> {
    const asks = attempt.step === 'publishing' && target.state.step === 'publishing';
    const publishes = attempt.step === 'publishing' && target.state.step !== 'publishing';
    const comments = attempt.step === 'commenting' && target.state.step !== 'commenting';
    const { workspaceId, profileId } = target;
    const counted = attempt.makesContainer ? Prisma.sql`, counted AS (${containerEntry({ workspaceId, id: attempt.id, profileId, now })})` : Prisma.empty;
    const written = await this.database.$executeRaw`
      WITH held AS (
        UPDATE platform_post
        SET step = ${attempt.step}::publish_step, leased_until = ${after(now, leaseLength)}, updated_at = ${now},
            timing_settled_at = CASE WHEN ${asks} THEN timing_settled_at ELSE COALESCE(timing_settled_at, CASE WHEN publish_at <= ${now} THEN ${now}::timestamptz END) END,
            publish_started_at = CASE WHEN ${publishes} THEN COALESCE(publish_started_at, ${now}) ELSE publish_started_at END,
            publish_called_at = CASE WHEN ${publishes} THEN ${now} ELSE publish_called_at END,
            comment_called_at = CASE WHEN ${comments} THEN ${now} ELSE comment_called_at END
        WHERE workspace_id = ${target.workspaceId} AND id = ${target.id} AND lease = ${lease} AND leased_until > ${now}
        RETURNING 1
      )${counted}
      INSERT INTO publish_attempt (workspace_id, id, platform_post_id, step, request_id, started_at)
      SELECT ${target.workspaceId}, ${attempt.id}, ${target.id}, ${attempt.step}::publish_step, ${attempt.requestId}, ${now} FROM held`;
    return written === 1;
  }

  /**
   * Writes an outcome with its events in one transaction. The attempt is completed even when the lease is lost, for it
   * happened; false then, and the row is left to whoever holds it now.
   */
  async settle({ target, lease, now }: Tenure, intended: SettledChange): Promise<boolean> {
    return this.database.$transaction(async (tx) => {
      const change = await holdIfLost(tx, target, intended, now);
      if (change.attempt) {
        const { id, ...outcome } = change.attempt;
        await tx.publishAttempt.updateMany({ where: { workspaceId: target.workspaceId, id }, data: { ...outcome, finishedAt: now } });
      }
      const freed = change.releases ? { lease: null, leasedUntil: null } : { leasedUntil: after(now, leaseLength) };
      const { count } = await tx.platformPost.updateMany({
        where: { workspaceId: target.workspaceId, id: target.id, lease },
        data: { ...toColumns(change.patch), ...freed, updatedAt: now },
      });
      if (count === 0) return false;
      if (change.patch.hold) await rewindPosts(tx, target.workspaceId, [target.postId], now);
      const processed = change.patch.step === 'done' ? await this.closePost(tx, target, now) : [];
      await writeEvents(tx, [...change.events, ...processed]);
      return true;
    });
  }

  /**
   * Marks the post processed when this was its last open target; once, also when a target is looked at again after its end. The row lock makes
   * two last targets take turns.
   */
  private async closePost(tx: Prisma.TransactionClient, target: PublishTarget, now: Date): Promise<OutboxEvent[]> {
    const { workspaceId, postId } = target;
    const [present] = await tx.$queryRaw<{ status: string }[]>`SELECT status::text FROM post WHERE workspace_id = ${workspaceId} AND id = ${postId} FOR UPDATE`;
    if (present?.status === 'processed') return [];
    const open = await tx.platformPost.count({ where: { workspaceId, postId, step: { not: 'done' } } });
    if (open > 0) return [];
    const post = await tx.post.update({
      where: { workspaceId_id: { workspaceId, id: postId } },
      data: { status: 'processed', updatedAt: now },
      include: { platformPosts: { orderBy: { id: 'asc' }, include: { profile: true } } },
    });
    const profiles = post.platformPosts.map(({ profile }) => ({ id: profile.id, network: profile.network, name: profile.name }));
    return [postProcessedEvent({ ...post, profiles }, now)];
  }

  /** Remote ids among these that already belong to a post of ours. */
  async knownRemoteIds(workspaceId: string, profileId: string, remoteIds: readonly string[]): Promise<Set<string>> {
    const rows = await this.database.platformPost.findMany({ where: { workspaceId, profileId, remoteId: { in: [...remoteIds] } }, select: { remoteId: true } });
    return new Set(rows.flatMap((row) => row.remoteId ?? []));
  }
}
