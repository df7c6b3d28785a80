import { Injectable } from '@nestjs/common';
import { Database, Prisma } from '#infra/database/database';

/** How many containers a profile has asked for: networks limit them over a day, whatever became of their posts. */
@Injectable()
export class ContainerLedger {
  constructor(private readonly database: Database) {}

  /** Those that may have been made from `since` on; kept for two days. */
  async count(workspaceId: string, profileId: string, since: Date): Promise<number> {
    const [row] = await this.database.direct.$queryRaw<{ made: number }[]>(Prisma.sql`
      SELECT count(*)::int AS made FROM container_creation WHERE workspace_id = ${workspaceId} AND profile_id = ${profileId} AND created_at >= ${since}`);
    return row?.made ?? 0;
  }
}

/** The entries, as a part of the statement that writes the intents to make containers; `held` is its CTE with a row for each intent that is written. */
export function containerEntries(): Prisma.Sql {
  return Prisma.sql`INSERT INTO container_creation (workspace_id, id, profile_id, created_at) SELECT workspace_id, attempt, profile_id, present FROM held WHERE makes_container`;
}
