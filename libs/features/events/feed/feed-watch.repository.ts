import { Injectable } from '@nestjs/common';
import { Prisma, SystemDatabase } from '#infra/database/database';

/** The last number of the feeds of several workspaces, by one statement. */
@Injectable()
export class FeedWatchRepository {
  constructor(private readonly database: SystemDatabase) {}

  async lastNumbers(workspaceIds: readonly string[]): Promise<Map<string, bigint>> {
    const rows = await this.database.direct.$queryRaw<{ workspaceId: string; last: string }[]>(
      Prisma.sql`SELECT workspace_id AS "workspaceId", last_seq AS last FROM event_sequence WHERE workspace_id = ANY(${workspaceIds})`);
    return new Map(rows.map(({ workspaceId, last }) => [workspaceId, BigInt(last)]));
  }
}
