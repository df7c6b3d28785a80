import { Injectable } from '@nestjs/common';
import { Database, Prisma, type ProfilePace } from '#infra/database/database';
import type { PublishingLimit } from '#networks/port/social-network';

export type ProfilePaceRow = ProfilePace;

/** What is known of a profile's limits, for all processes. */
@Injectable()
export class ProfilePaceRepository {
  constructor(private readonly database: Database) {}

  /** Asked before every call, so past Prisma. */
  async find(workspaceId: string, profileId: string): Promise<ProfilePaceRow | null> {
    const [row] = await this.database.direct.$queryRaw<ProfilePaceRow[]>(Prisma.sql`
      SELECT workspace_id AS "workspaceId", profile_id AS "profileId", publish_tat AS "publishTat", slowed_call_at AS "slowedCallAt", usage_percent AS "usagePercent",
             usage_seen_at AS "usageSeenAt", stopped_until AS "stoppedUntil", refusals, quota_used AS "quotaUsed", quota_total AS "quotaTotal", quota_seconds AS "quotaSeconds",
             quota_read_at AS "quotaReadAt", quota_asked_at AS "quotaAskedAt"
      FROM profile_pace WHERE workspace_id = ${workspaceId} AND profile_id = ${profileId}`);
    return row ?? null;
  }

  /** One publishing call's place; false: somebody else has taken one since `seen` was read. */
  async takePublish(workspaceId: string, profileId: string, seen: Date | null, next: Date): Promise<boolean> {
    const taken = await this.database.direct.$executeRaw(Prisma.sql`
      INSERT INTO profile_pace AS known (workspace_id, profile_id, publish_tat) VALUES (${workspaceId}, ${profileId}, ${next})
      ON CONFLICT (workspace_id, profile_id) DO UPDATE SET publish_tat = EXCLUDED.publish_tat WHERE known.publish_tat IS NOT DISTINCT FROM ${seen}::timestamptz`);
    return taken === 1;
  }

  async noteSlowedCall(workspaceId: string, profileId: string, slowedCallAt: Date): Promise<void> {
    await this.write(workspaceId, profileId, { slowedCallAt });
  }

  /** The network refused a call for its limits. */
  async stop(workspaceId: string, profileId: string, stop: { readonly stoppedUntil: Date; readonly refusals: number }): Promise<void> {
    await this.write(workspaceId, profileId, stop);
  }

  async noteQuotaAsked(workspaceId: string, profileId: string, quotaAskedAt: Date): Promise<void> {
    await this.write(workspaceId, profileId, { quotaAskedAt });
  }

  async keepQuota(workspaceId: string, profileId: string, { used, total, windowSeconds }: PublishingLimit, now: Date): Promise<void> {
    await this.write(workspaceId, profileId, { quotaUsed: used, quotaTotal: total, quotaSeconds: windowSeconds, quotaReadAt: now, quotaAskedAt: now });
  }

  /** Own posts that went live after `since`, and when the one at `position` (from 0, the oldest first) did. */
  async published(workspaceId: string, profileId: string, since: Date, position: number): Promise<{ count: number; at: Date | null }> {
    const [row] = await this.database.direct.$queryRaw<{ count: number; at: Date | null }[]>(Prisma.sql`
      WITH own AS (SELECT published_at FROM platform_post WHERE workspace_id = ${workspaceId} AND profile_id = ${profileId} AND published_at > ${since})
      SELECT (SELECT count(*)::int FROM own) AS count, (SELECT published_at FROM own ORDER BY published_at OFFSET ${position} LIMIT 1) AS at`);
    return row ?? { count: 0, at: null };
  }

  private async write(workspaceId: string, profileId: string, data: Partial<Omit<ProfilePace, 'workspaceId' | 'profileId'>>): Promise<void> {
    await this.database.profilePace.upsert({ where: { workspaceId_profileId: { workspaceId, profileId } }, create: { workspaceId, profileId, ...data }, update: data });
  }
}
