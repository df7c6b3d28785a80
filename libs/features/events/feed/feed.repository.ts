import { Injectable } from '@nestjs/common';
import { Database, Prisma } from '#infra/database/database';
import type { EventRow } from '../event.body.js';

export interface FeedFilter {
  readonly profileGroupId: string | null;
  /** Types, `post.*`, `*`; empty: all. */
  readonly types: readonly string[];
}

export interface FeedBounds {
  /** The number of the oldest event that is kept; null: none is. */
  readonly oldest: bigint | null;
  /** The number given last, 0 before the first. Everything up to it can be seen: relays give numbers of a workspace one after the other. */
  readonly last: bigint;
}

interface Row extends Omit<EventRow, 'seq'> {
  readonly seq: string;
}

/** Reads numbered events in their order. */
@Injectable()
export class FeedRepository {
  constructor(private readonly database: Database) {}

  async bounds(workspaceId: string): Promise<FeedBounds> {
    const [row] = await this.database.direct.$queryRaw<{ oldest: string | null; last: string | null }[]>(Prisma.sql`
      SELECT (SELECT seq FROM event WHERE workspace_id = ${workspaceId} AND seq IS NOT NULL ORDER BY seq LIMIT 1) AS oldest,
             (SELECT last_seq FROM event_sequence WHERE workspace_id = ${workspaceId}) AS last`);
    return { oldest: row?.oldest ? BigInt(row.oldest) : null, last: BigInt(row?.last ?? 0) };
  }

  /** Those after `after` and up to `until`, `take` at most. */
  async list(workspaceId: string, { profileGroupId, types }: FeedFilter, span: { readonly after: bigint; readonly until: bigint; readonly take: number }): Promise<(EventRow & { readonly seq: bigint })[]> {
    const conditions = [Prisma.sql`workspace_id = ${workspaceId}`, Prisma.sql`seq > ${span.after}::bigint`, Prisma.sql`seq <= ${span.until}::bigint`];
    if (profileGroupId) conditions.push(Prisma.sql`profile_group_id = ${profileGroupId}`);
    if (types.length > 0) conditions.push(Prisma.sql`is_subscribed(${types}, type)`);
    const rows = await this.database.direct.$queryRaw<Row[]>(Prisma.sql`
      SELECT workspace_id AS "workspaceId", id, profile_group_id AS "profileGroupId", type, data, created_at AS "createdAt", seq
      FROM event WHERE ${Prisma.join(conditions, ' AND ')} ORDER BY seq LIMIT ${span.take}`);
    return rows.map((row) => ({ ...row, seq: BigInt(row.seq) }));
  }
}
