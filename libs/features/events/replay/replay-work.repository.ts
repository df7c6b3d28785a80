import { Injectable } from '@nestjs/common';
import { after } from '#kernel/clock';
import { newId } from '#kernel/ids';
import { Prisma, SystemDatabase } from '#infra/database/database';
import { isWanted } from './replay-events.repository.js';
import type { ReplayStatus } from './replay.record.js';
import { batchSize, mostPending, nextStep, type ReplayStep } from './replay.rules.js';

interface DueReplay {
  readonly workspaceId: string;
  readonly id: string;
  readonly endpointId: string;
  readonly from: Date;
  readonly to: Date;
  readonly events: string[];
  readonly onlyFailed: boolean;
  readonly onlyMissed: boolean;
  readonly status: ReplayStatus;
  readonly cursor: bigint;
  readonly last: bigint;
  readonly isEndpointEnabled: boolean;
}

type Tx = Prisma.TransactionClient;

/** The work of replays, in steps of one transaction each: of a worker that dies in one nothing is left, and the next goes on from the row. */
@Injectable()
export class ReplayWorkRepository {
  constructor(private readonly database: SystemDatabase) {}

  /** Takes the replay that is due first, does its next step and says which; null: none is due. Over all workspaces, like the planner. */
  advance(now: Date): Promise<ReplayStep['kind'] | null> {
    return this.database.$transaction(async (tx) => {
      const replay = await claim(tx, now);
      if (!replay) return null;
      const step = nextStep({ ...replay, isRead: replay.cursor >= replay.last, pending: await countPending(tx, replay) });
      if (step.kind === 'make') await makeDeliveries(tx, replay, now);
      if (step.kind === 'cancel') await cancelDeliveries(tx, replay, now);
      if (step.kind === 'finish') await finish(tx, replay, now);
      else await change(tx, replay, { dueAt: step.kind === 'wait' ? after(now, step.pauseMs) : now });
      return step.kind;
    });
  }
}

/** The row is held until the end of the transaction; one that somebody else holds is theirs. It never waits, so it cannot be a part of a deadlock. */
async function claim(tx: Tx, now: Date): Promise<DueReplay | null> {
  const [row] = await tx.$queryRaw<DueReplay[]>`
    SELECT r.workspace_id AS "workspaceId", r.id, r.endpoint_id AS "endpointId", r.from_at AS "from", r.to_at AS "to", r.events, r.only_failed AS "onlyFailed", r.only_missed AS "onlyMissed",
      r.status::text, r.cursor_seq AS cursor, r.last_seq AS last, w.enabled AS "isEndpointEnabled"
    FROM webhook_replay r JOIN webhook_endpoint w ON w.workspace_id = r.workspace_id AND w.id = r.endpoint_id
    WHERE r.due_at <= ${now} ORDER BY r.due_at LIMIT 1
    FOR KEY SHARE OF w SKIP LOCKED FOR UPDATE OF r SKIP LOCKED`;
  return row ?? null;
}

async function countPending(tx: Tx, { workspaceId, id }: DueReplay): Promise<number> {
  const [row] = await tx.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS count FROM (SELECT FROM webhook_delivery WHERE workspace_id = ${workspaceId} AND replay_id = ${id} AND state = 'pending' LIMIT ${mostPending}) waiting`;
  return row?.count ?? 0;
}

/** The next events of the range in the order of their numbers, and what of them is wanted as deliveries; with them the cursor, the count and the pump's due time. */
async function makeDeliveries(tx: Tx, replay: DueReplay, now: Date): Promise<void> {
  const { workspaceId, id, endpointId } = replay;
  const deliveryIds = Array.from({ length: batchSize }, () => newId('webhookDelivery'));
  const [batch] = await tx.$queryRaw<{ cursor: bigint | null; seen: number; made: number }[]>`
    WITH seen AS MATERIALIZED (
      SELECT workspace_id, id, profile_group_id, type, data, created_at, seq FROM event
      WHERE workspace_id = ${workspaceId} AND created_at >= ${replay.from} AND created_at <= ${replay.to} AND seq > ${replay.cursor} AND seq <= ${replay.last}
      ORDER BY seq LIMIT ${batchSize}
    ), wanted AS (
      SELECT e.id, e.type, e.created_at, e.seq, row_number() OVER (ORDER BY e.seq) AS place
      FROM seen e JOIN webhook_endpoint w ON w.workspace_id = e.workspace_id AND w.id = ${endpointId} WHERE ${isWanted(replay)}
    ), made AS (
      INSERT INTO webhook_delivery (workspace_id, id, endpoint_id, event_id, event_type, event_created_at, seq, kind, replay_id, next_attempt_at, created_at)
      SELECT ${workspaceId}, (${deliveryIds}::text[])[place], ${endpointId}, id, type, created_at, seq, 'replay', ${id}, ${now}, ${now} FROM wanted
      RETURNING 1
    )
    SELECT (SELECT max(seq) FROM seen) AS cursor, (SELECT count(*) FROM seen)::int AS seen, (SELECT count(*) FROM made)::int AS made`;
  const { cursor, seen, made } = batch ?? { cursor: null, seen: 0, made: 0 };
  await change(tx, replay, { cursorSeq: seen < batchSize || cursor === null ? replay.last : cursor, queued: { increment: made }, updatedAt: now });
  if (made > 0) await tx.$executeRaw`UPDATE webhook_pump SET due_at = LEAST(COALESCE(due_at, ${now}), ${now}) WHERE workspace_id = ${workspaceId} AND endpoint_id = ${endpointId}`;
}

/** What a pump writes the outcome of at this moment is left to it: it has been sent. */
async function cancelDeliveries(tx: Tx, { workspaceId, id }: DueReplay, now: Date): Promise<void> {
  await tx.$executeRaw`
    WITH waiting AS (
      SELECT id, created_at FROM webhook_delivery WHERE workspace_id = ${workspaceId} AND replay_id = ${id} AND state = 'pending' LIMIT ${batchSize} FOR UPDATE SKIP LOCKED
    )
    UPDATE webhook_delivery d SET state = 'cancelled', next_attempt_at = NULL, finished_at = ${now}
    FROM waiting WHERE d.workspace_id = ${workspaceId} AND d.id = waiting.id AND d.created_at = waiting.created_at`;
}

async function finish(tx: Tx, replay: DueReplay, now: Date): Promise<void> {
  const [counts] = await tx.$queryRaw<{ delivered: bigint; failed: bigint }[]>`
    SELECT count(*) FILTER (WHERE state = 'delivered') AS delivered, count(*) FILTER (WHERE state = 'dead') AS failed
    FROM webhook_delivery WHERE workspace_id = ${replay.workspaceId} AND replay_id = ${replay.id}`;
  const status = replay.status === 'running' ? 'completed' : replay.status;
  await change(tx, replay, { status, delivered: counts?.delivered ?? 0n, failed: counts?.failed ?? 0n, dueAt: null, finishedAt: now, updatedAt: now });
}

async function change(tx: Tx, { workspaceId, id }: DueReplay, data: Prisma.WebhookReplayUpdateManyMutationInput): Promise<void> {
  await tx.webhookReplay.updateMany({ where: { workspaceId, id }, data });
}
