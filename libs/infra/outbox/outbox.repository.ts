import { Prisma, type SqlRunner } from '#infra/database/database';
import { toEventRows, type OutboxEvent } from './outbox-event.js';

/** The insert of these events, to be run by itself or as the last part of a CTE that also makes the change they tell of. */
export function eventsInsert(events: readonly OutboxEvent[]): Prisma.Sql {
  return Prisma.sql`
    INSERT INTO event (workspace_id, id, profile_group_id, type, data, created_at, post_id)
    SELECT workspace_id, id, profile_group_id, type, data, created_at, post_id
    FROM jsonb_to_recordset(${toEventRows(events)}::jsonb)
      AS e(workspace_id text, id text, profile_group_id text, type text, data jsonb, created_at timestamptz, post_id text)`;
}

/** Writes events in the caller's transaction. */
export async function writeEvents(runner: SqlRunner, events: readonly OutboxEvent[]): Promise<void> {
  if (events.length > 0) await runner.$executeRaw(eventsInsert(events));
}
