import { Injectable } from '@nestjs/common';
import { Database } from '#infra/database/database';

export interface CallHistory {
  /** When a call of this kind last succeeded; null: never. */
  readonly publishedAt: Date | null;
  readonly commentedAt: Date | null;
  /** When the network last asked us to slow down; null: never. */
  readonly throttledAt: Date | null;
}

/** What the calls made for a profile say of its connection. */
@Injectable()
export class ProfileHealthRepository {
  constructor(private readonly database: Database) {}

  async callHistory(workspaceId: string, profileId: string): Promise<CallHistory> {
    const [row] = await this.database.$queryRaw<CallHistory[]>`
      SELECT max(a.finished_at) FILTER (WHERE a.outcome = 'ok' AND a.step = 'publishing') AS "publishedAt",
             max(a.finished_at) FILTER (WHERE a.outcome = 'ok' AND a.step = 'commenting') AS "commentedAt",
             max(a.finished_at) FILTER (WHERE a.outcome = 'rate_limited') AS "throttledAt"
      FROM platform_post t JOIN publish_attempt a ON a.workspace_id = t.workspace_id AND a.platform_post_id = t.id
      WHERE t.workspace_id = ${workspaceId} AND t.profile_id = ${profileId}`;
    return row ?? { publishedAt: null, commentedAt: null, throttledAt: null };
  }
}
