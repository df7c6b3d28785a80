import { Injectable } from '@nestjs/common';
import { SystemDatabase } from '#infra/database/database';

export interface OutboxStatus {
  /** When the event that has waited for a relay for longest was written; null: none waits. */
  readonly oldest: Date | null;
  /** How many wait, counted up to a bound. */
  readonly waiting: number;
}

/** More is not counted: somebody has to look long before. */
const mostCounted = 100_000;

/** What no relay has taken yet, of all workspaces: answered from the index of what waits. */
@Injectable()
export class OutboxStatusRepository {
  constructor(private readonly database: SystemDatabase) {}

  async read(): Promise<OutboxStatus> {
    const [row] = await this.database.$queryRaw<OutboxStatus[]>`
      SELECT (SELECT created_at FROM event WHERE seq IS NULL ORDER BY created_at, id LIMIT 1) AS oldest,
             (SELECT count(*)::int FROM (SELECT 1 FROM event WHERE seq IS NULL LIMIT ${mostCounted}) counted) AS waiting`;
    return row ?? { oldest: null, waiting: 0 };
  }
}
