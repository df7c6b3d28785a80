import { Injectable } from '@nestjs/common';
import { Database, Prisma } from '#infra/database/database';

export interface ContainerEntry {
  readonly workspaceId: string;
  readonly id: string;
  readonly profileId: string;
  readonly now: Date;
}

/** How many containers a profile has asked for: networks limit them over a day, whatever became of their posts. */
@Injectable()
export class ContainerLedger {
  constructor(private readonly database: Database) {}

  /** Those that may have been made from `since` on; kept for two days. */
  count(workspaceId: string, profileId: string, since: Date): Promise<number> {
    return this.database.containerCreation.count({ where: { workspaceId, profileId, createdAt: { gte: since } } });
  }
}

/** The entry, as a part of the statement that writes the intent to make the container; `held` is its CTE with a row if the intent is written. */
export function containerEntry({ workspaceId, id, profileId, now }: ContainerEntry): Prisma.Sql {
  return Prisma.sql`INSERT INTO container_creation (workspace_id, id, profile_id, created_at) SELECT ${workspaceId}, ${id}, ${profileId}, ${now}::timestamptz FROM held`;
}
