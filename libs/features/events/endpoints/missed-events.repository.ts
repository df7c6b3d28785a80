import { Prisma, type SqlRunner } from '#infra/database/database';
import { isWanted } from '../replay/replay-events.repository.js';
import type { MissedEvents, WebhookRecord } from './webhook.record.js';

/** Numbers that are looked through, as many as one call of the feed. */
const mostLookedThrough = 20_000;

/**
 * What a webhook did not get while it was not enabled: events that got their number since then, that it wants as it is now, and of which it has no delivery.
 * The number says it, not the time: an event of before that was numbered afterwards is missed too. The offer begins with the earliest of them.
 * @param before as it was when it was not enabled
 * @returns null when it missed nothing
 */
export async function findMissed(workspaceId: string, before: WebhookRecord, now: Date, tx: SqlRunner): Promise<MissedEvents | null> {
  const { id, disabledSeq } = before;
  const since = before.disabledAt ?? now;
  const [row] = await tx.$queryRaw<{ events: number; earliest: Date | null; seen: number }[]>(Prisma.sql`
    WITH seen AS MATERIALIZED (
      SELECT workspace_id, id, profile_group_id, type, data, created_at FROM event
      WHERE workspace_id = ${workspaceId} AND seq > ${disabledSeq ?? 0n} ORDER BY seq LIMIT ${mostLookedThrough}
    ), missed AS (
      SELECT e.created_at FROM seen e JOIN webhook_endpoint w ON w.workspace_id = e.workspace_id AND w.id = ${id}
      WHERE ${isWanted({ from: since, events: [], onlyFailed: false, onlyMissed: true })}
    )
    SELECT (SELECT count(*) FROM missed)::int AS events, (SELECT min(created_at) FROM missed) AS earliest, (SELECT count(*) FROM seen)::int AS seen`);
  const { events, earliest, seen } = row ?? { events: 0, earliest: null, seen: 0 };
  const hasMore = seen === mostLookedThrough;
  return events > 0 || hasMore ? { from: earliest && earliest < since ? earliest : since, to: now, events, hasMore } : null;
}
