import { Prisma } from '#infra/database/database';

/**
 * The entry of a container that is asked for, as a part of the statement that writes the intents to make them; `held` is its CTE with a row for each intent
 * that is written. Networks limit containers over a day, whatever became of their posts. Kept for two days.
 */
export function containerEntries(): Prisma.Sql {
  return Prisma.sql`INSERT INTO container_creation (workspace_id, id, profile_id, created_at) SELECT workspace_id, attempt, profile_id, present FROM held WHERE makes_container`;
}
