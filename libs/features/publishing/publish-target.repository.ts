import { Injectable } from '@nestjs/common';
import { after } from '#kernel/clock';
import { Database, Prisma } from '#infra/database/database';
import { Gathered } from '#infra/database/gathered';
import { rewindPosts } from '#features/accounts/index';
import { holdIfLost } from './publish-hold.repository.js';
import { intentPatch } from './publish.intent.js';
import { leaseLength } from './publish-lease.repository.js';
import { readTargets, type TargetKey } from './publish-reading.repository.js';
import { settleAll, type SettledChange, type TargetChange, type Tenure } from './publish-settling.repository.js';
import type { PublishStep } from './publish.states.js';
import type { PublishTarget } from './publish-target.js';

export interface AttemptIntent {
  readonly id: string;
  readonly step: PublishStep;
  readonly requestId: string;
  /** The call asks for a new container. */
  readonly makesContainer: boolean;
}

interface Intent extends Tenure {
  readonly attempt: AttemptIntent;
}

/**
 * The truth about a target. Every write is fenced by the lease: a worker that lost it changes nothing. What many workers of a process want at the
 * same moment goes as one statement; locks are taken in the order of ids.
 */
@Injectable()
export class PublishTargetRepository {
  private readonly reads: Gathered<TargetKey, PublishTarget | null>;
  private readonly intents: Gathered<Intent, boolean>;
  private readonly changes: Gathered<TargetChange, boolean>;

  constructor(private readonly database: Database) {
    this.reads = new Gathered((keys) => readTargets(database.direct, keys));
    this.intents = new Gathered((intents) => this.beginAll(intents));
    this.changes = new Gathered((changes) => settleAll(database.direct, changes));
  }

  find(workspaceId: string, id: string): Promise<PublishTarget | null> {
    return this.reads.ask({ workspaceId, id });
  }

  /**
   * Writes the intent before an outside call, renewing the lease, in one statement; and for a container that is asked for its entry in `container_creation`: networks
   * limit them over a day, whatever became of their posts. False: the lease is lost, make no call.
   */
  begin(tenure: Tenure, attempt: AttemptIntent): Promise<boolean> {
    return this.intents.ask({ ...tenure, attempt });
  }

  private async beginAll(intents: readonly Intent[]): Promise<boolean[]> {
    const rows = await this.database.direct.$queryRaw<{ id: string }[]>(Prisma.sql`
      WITH wish AS MATERIALIZED (
        SELECT * FROM jsonb_to_recordset(${JSON.stringify(intents.map(toIntentRow))}::jsonb)
          AS w(workspace_id text, id text, profile_id text, lease text, present timestamptz, until timestamptz, attempt text, step publish_step, request_id text, makes_container boolean,
               timing_settled_at timestamptz, publish_started_at timestamptz, publish_called_at timestamptz, comment_called_at timestamptz)
      ), locked AS MATERIALIZED (
        SELECT t.workspace_id, t.id FROM platform_post t WHERE (t.workspace_id, t.id) IN (SELECT w.workspace_id, w.id FROM wish w) ORDER BY t.workspace_id, t.id FOR NO KEY UPDATE
      ), held AS (
        UPDATE platform_post t
        SET step = w.step, leased_until = w.until, updated_at = w.present, timing_settled_at = w.timing_settled_at, publish_started_at = w.publish_started_at,
            publish_called_at = w.publish_called_at, comment_called_at = w.comment_called_at
        FROM wish w JOIN locked USING (workspace_id, id)
        WHERE t.workspace_id = w.workspace_id AND t.id = w.id AND t.lease = w.lease AND t.leased_until > w.present
        RETURNING w.*
      ), counted AS (
        INSERT INTO container_creation (workspace_id, id, profile_id, created_at) SELECT workspace_id, attempt, profile_id, present FROM held WHERE makes_container
      )
      INSERT INTO publish_attempt (workspace_id, id, platform_post_id, step, request_id, started_at)
      SELECT workspace_id, attempt, id, step, request_id, present FROM held RETURNING id`);
    const written = new Set(rows.map((row) => row.id));
    return intents.map(({ attempt }) => written.has(attempt.id));
  }

  /**
   * Writes an outcome with its events in one commit, and marks the post processed when this was its last open target. The attempt is completed even when
   * the lease is lost, for it happened; false then, and the row is left to whoever holds it now.
   */
  async settle(tenure: Tenure, intended: SettledChange): Promise<boolean> {
    if (!intended.patch.hold) return this.changes.ask({ ...tenure, ...intended });
    const { target, now } = tenure;
    return this.database.$transaction(async (tx) => {
      const change = await holdIfLost(tx, target, intended, now);
      const [isHeld = false] = await settleAll(tx, [{ ...tenure, ...change }]);
      if (isHeld && change.patch.hold) await rewindPosts(tx, target.workspaceId, [target.postId], now);
      return isHeld;
    });
  }

  /** Remote ids among these that already belong to a post of ours. */
  async knownRemoteIds(workspaceId: string, profileId: string, remoteIds: readonly string[]): Promise<Set<string>> {
    const rows = await this.database.platformPost.findMany({ where: { workspaceId, profileId, remoteId: { in: [...remoteIds] } }, select: { remoteId: true } });
    return new Set(rows.flatMap((row) => row.remoteId ?? []));
  }
}

function toIntentRow({ target, lease, now, attempt }: Intent): object {
  const { step, timingSettledAt, publishStartedAt, publishCalledAt, commentCalledAt } = { ...target.state, ...intentPatch(target.state, attempt.step, now) };
  return {
    workspace_id: target.workspaceId, id: target.id, profile_id: target.profileId, lease, present: now, until: after(now, leaseLength), attempt: attempt.id, step,
    request_id: attempt.requestId, makes_container: attempt.makesContainer, timing_settled_at: timingSettledAt, publish_started_at: publishStartedAt,
    publish_called_at: publishCalledAt, comment_called_at: commentCalledAt,
  };
}
