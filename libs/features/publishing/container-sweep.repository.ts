import { Injectable } from '@nestjs/common';
import { SystemDatabase } from '#infra/database/database';

/** Rows a statement deletes at most, so that none holds locks for long. */
const batch = 1_000;

/** Deletes entries of the container ledger that no window reaches any more, of all workspaces. */
@Injectable()
export class ContainerSweepRepository {
  constructor(private readonly database: SystemDatabase) {}

  /** @returns whether there may be more */
  async forget(olderThan: Date): Promise<boolean> {
    const count = await this.database.$executeRaw`
      DELETE FROM container_creation WHERE ctid = ANY (ARRAY(SELECT ctid FROM container_creation WHERE created_at < ${olderThan} LIMIT ${batch} FOR UPDATE SKIP LOCKED))`;
    return count >= batch;
  }
}
