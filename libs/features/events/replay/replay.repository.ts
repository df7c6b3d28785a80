import { Injectable } from '@nestjs/common';
import { newId } from '#kernel/ids';
import { Database, Prisma, type SqlRunner } from '#infra/database/database';
import type { Keyset } from '#infra/http/list-query';
import { isWanted } from './replay-events.repository.js';
import { toReplay, type ReplayCounts } from './replay.mapper.js';
import type { ReplayRecord, ReplayScope } from './replay.record.js';

export interface ReplayTarget {
  readonly id: string;
  readonly profileGroupId: string | null;
  readonly enabled: boolean;
}

/** What a scope holds: how many events, and between which numbers they lie. */
export interface ReplayExtent {
  readonly total: number;
  readonly before: bigint;
  readonly last: bigint;
}

/** Replays as the API sees and begins them. */
@Injectable()
export class ReplayRepository {
  constructor(private readonly database: Database) {}

  /** The endpoint, where a key that is limited to `keyGroupId` may see it; it is not deleted before the end of the transaction. */
  async findTarget(workspaceId: string, keyGroupId: string | null, id: string, runner: SqlRunner = this.database.direct): Promise<ReplayTarget | null> {
    const [row] = await runner.$queryRaw<ReplayTarget[]>(Prisma.sql`
      SELECT id, profile_group_id AS "profileGroupId", enabled FROM webhook_endpoint
      WHERE workspace_id = ${workspaceId} AND id = ${id} AND (${keyGroupId}::text IS NULL OR profile_group_id = ${keyGroupId}) FOR KEY SHARE`);
    return row ?? null;
  }

  /** Looks at every event of the range. */
  async measure(workspaceId: string, endpointId: string, scope: ReplayScope, runner: SqlRunner = this.database.direct): Promise<ReplayExtent> {
    const [row] = await runner.$queryRaw<{ total: number; first: string | null; last: string | null }[]>(Prisma.sql`
      SELECT count(*)::int AS total, min(e.seq)::text AS first, max(e.seq)::text AS last
      FROM webhook_endpoint w JOIN event e ON e.workspace_id = w.workspace_id
      WHERE w.workspace_id = ${workspaceId} AND w.id = ${endpointId} AND e.workspace_id = ${workspaceId}
        AND e.created_at >= ${scope.from} AND e.created_at <= ${scope.to} AND e.seq IS NOT NULL AND ${isWanted(scope)}`);
    return { total: row?.total ?? 0, before: BigInt(row?.first ?? 1) - 1n, last: BigInt(row?.last ?? 0) };
  }

  /** @returns its id; null while another one of the endpoint is running */
  async create(workspaceId: string, endpointId: string, scope: ReplayScope, extent: ReplayExtent, now: Date, runner: SqlRunner): Promise<string | null> {
    const id = newId('webhookReplay');
    const count = await runner.$executeRaw(Prisma.sql`
      INSERT INTO webhook_replay (workspace_id, id, endpoint_id, from_at, to_at, events, only_failed, only_missed, total, cursor_seq, last_seq, due_at, created_at, updated_at)
      VALUES (${workspaceId}, ${id}, ${endpointId}, ${scope.from}, ${scope.to}, ${scope.events}::text[], ${scope.onlyFailed}, ${scope.onlyMissed}, ${extent.total}, ${extent.before}, ${extent.last}, ${now}, ${now}, ${now})
      ON CONFLICT (workspace_id, endpoint_id) WHERE status = 'running' DO NOTHING`);
    return count === 1 ? id : null;
  }

  /** Newest first; one more than the limit. */
  async list(workspaceId: string, endpointId: string, { limit, cursor }: Keyset): Promise<ReplayRecord[]> {
    const rows = await this.database.webhookReplay.findMany({ where: { workspaceId, endpointId, ...(cursor ? { id: { lt: cursor } } : {}) }, orderBy: { id: 'desc' }, take: limit + 1 });
    const counts = await this.count(workspaceId, rows.filter(({ delivered }) => delivered === null).map(({ id }) => id), this.database);
    return rows.map((row) => toReplay(row, counts.filter(({ replayId }) => replayId === row.id)));
  }

  async find(workspaceId: string, endpointId: string, id: string, runner: Prisma.TransactionClient = this.database): Promise<ReplayRecord | null> {
    const row = await runner.webhookReplay.findFirst({ where: { workspaceId, endpointId, id } });
    if (!row) return null;
    return toReplay(row, row.delivered === null ? await this.count(workspaceId, [id], runner) : []);
  }

  /** What waits is cancelled by a worker. False: it is over, or cancelled already. */
  async cancel(workspaceId: string, endpointId: string, id: string, now: Date, runner: Prisma.TransactionClient): Promise<boolean> {
    const { count } = await runner.webhookReplay.updateMany({ where: { workspaceId, endpointId, id, status: 'running' }, data: { status: 'cancelled', dueAt: now, updatedAt: now } });
    return count === 1;
  }

  private async count(workspaceId: string, ids: readonly string[], runner: SqlRunner): Promise<ReplayCounts[]> {
    if (ids.length === 0) return [];
    return runner.$queryRaw<ReplayCounts[]>(Prisma.sql`
      SELECT replay_id AS "replayId", state::text, count(*)::int AS count FROM webhook_delivery
      WHERE workspace_id = ${workspaceId} AND replay_id = ANY (${[...ids]}::text[]) GROUP BY replay_id, state`);
  }
}
