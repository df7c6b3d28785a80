import { Injectable } from '@nestjs/common';
import { Prisma, SystemDatabase } from '#infra/database/database';

export interface SharedUsage {
  /** The window that was charged: ours, or a later one that another process has begun. */
  readonly windowStart: Date;
  /** Requests handed out in it, ours included; may be above the limit. */
  readonly used: bigint;
}

/** Clocks of two machines differ a little. A window further ahead was begun by a clock that is wrong, and must not lock the key until then. */
const isShared = Prisma.sql`u.window_start BETWEEN EXCLUDED.window_start AND EXCLUDED.window_start + interval '1 minute'`;

/** What all API processes know together of a key's requests: one row, charged in portions. */
@Injectable()
export class ApiKeyUsageRepository {
  constructor(private readonly database: SystemDatabase) {}

  async charge(workspaceId: string, keyId: string, windowStart: Date, count: number): Promise<SharedUsage> {
    const [row] = await this.database.$queryRaw<SharedUsage[]>`
      INSERT INTO api_key_usage AS u (workspace_id, key_id, window_start, used)
      SELECT workspace_id, id, ${windowStart}::timestamptz, ${count}::bigint FROM api_key WHERE workspace_id = ${workspaceId} AND id = ${keyId}
      ON CONFLICT (workspace_id, key_id) DO UPDATE SET
        window_start = CASE WHEN ${isShared} THEN u.window_start ELSE EXCLUDED.window_start END,
        used = EXCLUDED.used + CASE WHEN ${isShared} THEN u.used ELSE 0 END
      RETURNING window_start AS "windowStart", used`;
    // The key went away with its group since it was read: nobody is left to share with.
    return row ?? { windowStart, used: BigInt(count) };
  }
}
