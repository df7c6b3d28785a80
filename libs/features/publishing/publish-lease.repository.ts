import { Injectable } from '@nestjs/common';
import { after, seconds } from '#kernel/clock';
import { newId } from '#kernel/ids';
import { Prisma, SystemDatabase } from '#infra/database/database';
import { Gathered } from '#infra/database/gathered';

/** How long a worker is trusted without a sign of life. It renews at a third of it. */
export const leaseLength = seconds(15);

/** How long a queued job is trusted to reach a worker before the row is handed out again. */
const dispatchTrust = seconds(15);
/** Rows handed out by one statement: what is due at one instant goes its way together. When there are more, the next follows at once. */
export const dispatchBatch = 1_000;
/** When a worker whose clock is wrong has given a row back: long enough that it is not handed out in a circle, short enough for others to be in time. */
const handedBack = seconds(1);

/**
 * Whether a time until when a row is somebody's still holds. What lies further ahead than anybody may write was written by a clock that was wrong, and
 * would keep the row for as long as that was ahead. Its holder may still be there: the lease's id, not its time, is what fences it off.
 */
const stands = (until: Prisma.Sql, now: Date, trust: number): Prisma.Sql => Prisma.sql`(${until} > ${now} AND ${until} <= ${after(now, 2 * trust)})`;
const leaseStands = (until: Prisma.Sql, now: Date): Prisma.Sql => stands(until, now, leaseLength);
const dispatchStands = (until: Prisma.Sql, now: Date): Prisma.Sql => stands(until, now, dispatchTrust);

export interface DueTarget {
  readonly workspaceId: string;
  readonly id: string;
  readonly dispatches: number;
  /** Of the request that made the post. */
  readonly requestId: string | null;
  /** Of the same request, when it was traced. */
  readonly traceparent: string | null;
}

interface LeaseWish {
  readonly workspace_id: string;
  readonly id: string;
  readonly lease: string;
  readonly present: Date;
  readonly until: Date;
}

interface Farewell {
  readonly workspace_id: string;
  readonly id: string;
  readonly lease: string;
}

/** Who works on which row: hand-out by the planner, lease with a fencing token by the worker. */
@Injectable()
export class PublishLeaseRepository {
  private readonly wishes = new Gathered<LeaseWish, string | null>((wishes) => this.take(wishes));
  private readonly renewals = new Gathered<LeaseWish, boolean>((renewals) => this.renewAll(renewals));
  private readonly farewells = new Gathered<Farewell, null>((farewells) => this.releaseAll(farewells));

  constructor(private readonly database: SystemDatabase) {}

  /**
   * Claims due rows for the queue, at most one per profile, none of a profile that is being worked on: publishing is serial
   * per profile, and no job spins waiting for its turn. What is to go live now goes before what is prepared ahead of its time. Rows whose job
   * was lost come back by themselves.
   */
  async claimDue(now: Date): Promise<DueTarget[]> {
    return this.database.direct.$queryRaw<DueTarget[]>(Prisma.sql`
      WITH due AS (
        SELECT DISTINCT ON (p.workspace_id, p.profile_id) p.workspace_id, p.id
        FROM platform_post p
        WHERE p.due_at <= ${now}
          AND ${dispatchStands(Prisma.sql`p.dispatched_until`, now)} IS NOT TRUE
          AND ${leaseStands(Prisma.sql`p.leased_until`, now)} IS NOT TRUE
          AND NOT EXISTS (
            SELECT 1 FROM platform_post busy
            WHERE busy.workspace_id = p.workspace_id AND busy.profile_id = p.profile_id AND busy.due_at IS NOT NULL
              AND (busy.lease IS NOT NULL AND ${leaseStands(Prisma.sql`busy.leased_until`, now)} OR ${dispatchStands(Prisma.sql`busy.dispatched_until`, now)}))
        ORDER BY p.workspace_id, p.profile_id, (p.publish_at > ${now}) IS TRUE, p.due_at, p.id
        LIMIT ${dispatchBatch}
      )
      UPDATE platform_post t
      SET dispatched_until = ${after(now, dispatchTrust)}, dispatches = t.dispatches + 1
      FROM due
      WHERE t.workspace_id = due.workspace_id AND t.id = due.id
        AND ${dispatchStands(Prisma.sql`t.dispatched_until`, now)} IS NOT TRUE AND ${leaseStands(Prisma.sql`t.leased_until`, now)} IS NOT TRUE
      RETURNING t.workspace_id AS "workspaceId", t.id, t.dispatches, t.request_id AS "requestId", t.traceparent`);
  }

  /** When the next row comes due, if that is before `until`. */
  async nextDue(now: Date, until: Date): Promise<Date | null> {
    const [row] = await this.database.direct.$queryRaw<{ dueAt: Date | null }[]>(Prisma.sql`SELECT min(due_at) AS "dueAt" FROM platform_post WHERE due_at > ${now} AND due_at <= ${until}`);
    return row?.dueAt ?? null;
  }

  /**
   * Takes the row for one worker; null when it is not due, taken, or another row of its profile is being worked on. Workers that ask at the
   * same moment are answered by one call of `take_targets`, which says how.
   */
  acquire(workspaceId: string, id: string, now: Date): Promise<string | null> {
    return this.wishes.ask({ workspace_id: workspaceId, id, lease: newId('lease'), present: now, until: after(now, leaseLength) });
  }

  private async take(wishes: readonly LeaseWish[]): Promise<(string | null)[]> {
    const rows = await this.database.direct.$queryRaw<{ lease: string }[]>(Prisma.sql`SELECT take_targets(${JSON.stringify(wishes)}::jsonb) AS lease`);
    const given = new Set(rows.map((row) => row.lease));
    return wishes.map(({ lease }) => (given.has(lease) ? lease : null));
  }

  /** The time of a row has come while it was being prepared: it is being published from here. False: the lease is gone. */
  async begin(workspaceId: string, id: string, lease: string, now: Date): Promise<boolean> {
    return this.database.$transaction(async (tx) => {
      const begun = await tx.$executeRaw`
        UPDATE platform_post SET attempted_at = COALESCE(attempted_at, ${now}), updated_at = ${now},
               status = CASE WHEN status IN ('pending', 'failed_waiting_for_retry') THEN 'processing'::platform_post_status ELSE status END
        WHERE workspace_id = ${workspaceId} AND id = ${id} AND lease = ${lease} AND leased_until > ${now} AND (publish_at > ${now}) IS NOT TRUE`;
      if (begun === 1) await this.markPost(workspaceId, id, now, tx);
      return begun === 1;
    });
  }

  private async markPost(workspaceId: string, id: string, now: Date, tx: Prisma.TransactionClient): Promise<void> {
    await tx.$executeRaw`
      UPDATE post SET status = 'processing', updated_at = ${now}
      FROM platform_post t
      WHERE t.workspace_id = ${workspaceId} AND t.id = ${id} AND post.workspace_id = t.workspace_id AND post.id = t.post_id
        AND post.status IN ('pending', 'scheduled') AND (t.publish_at > ${now}) IS NOT TRUE`;
  }

  /** False: the lease is gone, another worker may be at it; change nothing and call nothing more. */
  renew(workspaceId: string, id: string, lease: string, now: Date): Promise<boolean> {
    return this.renewals.ask({ workspace_id: workspaceId, id, lease, present: now, until: after(now, leaseLength) });
  }

  private async renewAll(renewals: readonly LeaseWish[]): Promise<boolean[]> {
    const rows = await this.database.direct.$queryRaw<{ lease: string }[]>(Prisma.sql`
      WITH renewal AS MATERIALIZED (
        SELECT * FROM jsonb_to_recordset(${JSON.stringify(renewals)}::jsonb) AS r(workspace_id text, id text, lease text, present timestamptz, until timestamptz)
      ), held AS MATERIALIZED (
        SELECT t.workspace_id, t.id FROM platform_post t JOIN renewal r ON r.workspace_id = t.workspace_id AND r.id = t.id AND r.lease = t.lease ORDER BY t.workspace_id, t.id FOR NO KEY UPDATE OF t
      )
      UPDATE platform_post t SET leased_until = renewal.until
      FROM held JOIN renewal USING (workspace_id, id) WHERE t.workspace_id = held.workspace_id AND t.id = held.id AND t.lease = renewal.lease AND t.leased_until > renewal.present
      RETURNING t.lease`);
    const kept = new Set(rows.map(({ lease }) => lease));
    return renewals.map(({ lease }) => kept.has(lease));
  }

  /** Leaves a row that was handed out to others. By the database's time, for whoever does this cannot trust its own. */
  async handBack(workspaceId: string, id: string): Promise<void> {
    await this.database.$executeRaw`
      UPDATE platform_post SET dispatched_until = now() + ${handedBack} * interval '1 millisecond'
      WHERE workspace_id = ${workspaceId} AND id = ${id} AND due_at IS NOT NULL AND lease IS NULL`;
  }

  /** Lets go of a row without changing what it says, so that the next worker goes on at once. */
  async release(workspaceId: string, id: string, lease: string): Promise<void> {
    await this.farewells.ask({ workspace_id: workspaceId, id, lease });
  }

  private async releaseAll(farewells: readonly Farewell[]): Promise<null[]> {
    await this.database.direct.$executeRaw(Prisma.sql`
      WITH farewell AS MATERIALIZED (
        SELECT * FROM jsonb_to_recordset(${JSON.stringify(farewells)}::jsonb) AS f(workspace_id text, id text, lease text)
      ), held AS MATERIALIZED (
        SELECT t.workspace_id, t.id FROM platform_post t JOIN farewell f ON f.workspace_id = t.workspace_id AND f.id = t.id AND f.lease = t.lease ORDER BY t.workspace_id, t.id FOR NO KEY UPDATE OF t
      )
      UPDATE platform_post t SET lease = NULL, leased_until = NULL, dispatched_until = NULL
      FROM held JOIN farewell USING (workspace_id, id) WHERE t.workspace_id = held.workspace_id AND t.id = held.id AND t.lease = farewell.lease`);
    return farewells.map(() => null);
  }
}
