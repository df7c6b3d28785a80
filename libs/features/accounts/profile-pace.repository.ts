import { Injectable } from '@nestjs/common';
import { Database, Prisma, type ProfilePace } from '#infra/database/database';
import { Gathered } from '#infra/database/gathered';
import type { PublishingLimit } from '#networks/port/social-network';

export type ProfilePaceRow = ProfilePace;

interface PlaceWish {
  readonly workspace_id: string;
  readonly profile_id: string;
  readonly seen: Date | null;
  readonly next: Date;
}

/** What is known of a profile's limits, for all processes. */
@Injectable()
export class ProfilePaceRepository {
  private readonly wishes = new Gathered<PlaceWish, boolean>((wishes) => this.takePlaces(wishes));

  constructor(private readonly database: Database) {}

  async find(workspaceId: string, profileId: string): Promise<ProfilePaceRow | null> {
    const [row] = await this.database.direct.$queryRaw<ProfilePaceRow[]>(Prisma.sql`
      SELECT workspace_id AS "workspaceId", profile_id AS "profileId", publish_tat AS "publishTat", slowed_call_at AS "slowedCallAt", usage_percent AS "usagePercent",
             usage_seen_at AS "usageSeenAt", stopped_until AS "stoppedUntil", refusals, quota_used AS "quotaUsed", quota_total AS "quotaTotal", quota_seconds AS "quotaSeconds",
             quota_read_at AS "quotaReadAt", quota_asked_at AS "quotaAskedAt"
      FROM profile_pace WHERE workspace_id = ${workspaceId} AND profile_id = ${profileId}`);
    return row ?? null;
  }

  /** One publishing call's place; false: somebody else has taken one since `seen` was read. */
  takePublish(workspaceId: string, profileId: string, seen: Date | null, next: Date): Promise<boolean> {
    return this.wishes.ask({ workspace_id: workspaceId, profile_id: profileId, seen, next });
  }

  /** All who want one at the moment, in one statement. Of two for one profile one gets it. */
  private async takePlaces(wishes: readonly PlaceWish[]): Promise<boolean[]> {
    const rows = await this.database.direct.$queryRaw<{ place: number }[]>(Prisma.sql`
      WITH wish AS MATERIALIZED (
        SELECT DISTINCT ON (workspace_id, profile_id) * FROM jsonb_to_recordset(${JSON.stringify(wishes.map((wish, place) => ({ ...wish, place })))}::jsonb)
          AS w(place int, workspace_id text, profile_id text, seen timestamptz, next timestamptz)
        ORDER BY workspace_id, profile_id, place
      ), known AS MATERIALIZED (
        SELECT k.workspace_id, k.profile_id FROM profile_pace k JOIN wish USING (workspace_id, profile_id) ORDER BY k.workspace_id, k.profile_id FOR NO KEY UPDATE OF k
      ), moved AS (
        UPDATE profile_pace k SET publish_tat = wish.next FROM wish JOIN known USING (workspace_id, profile_id)
        WHERE k.workspace_id = wish.workspace_id AND k.profile_id = wish.profile_id AND k.publish_tat IS NOT DISTINCT FROM wish.seen
        RETURNING wish.place
      ), made AS (
        INSERT INTO profile_pace (workspace_id, profile_id, publish_tat)
        SELECT workspace_id, profile_id, next FROM wish WHERE seen IS NULL AND NOT EXISTS (SELECT FROM known WHERE known.workspace_id = wish.workspace_id AND known.profile_id = wish.profile_id)
        ON CONFLICT (workspace_id, profile_id) DO NOTHING
        RETURNING workspace_id, profile_id
      )
      SELECT place FROM moved UNION ALL SELECT place FROM made JOIN wish USING (workspace_id, profile_id)`);
    const given = new Set(rows.map(({ place }) => place));
    return wishes.map((_, place) => given.has(place));
  }

  async noteSlowedCall(workspaceId: string, profileId: string, slowedCallAt: Date): Promise<void> {
    await this.write(workspaceId, profileId, { slowedCallAt });
  }

  /** The network refused a call for its limits. */
  async stop(workspaceId: string, profileId: string, stop: { readonly stoppedUntil: Date; readonly refusals: number }): Promise<void> {
    await this.write(workspaceId, profileId, stop);
  }

  /** Past Prisma, as what follows: it comes before the first post of every profile. */
  async noteQuotaAsked(workspaceId: string, profileId: string, askedAt: Date): Promise<void> {
    await this.database.direct.$executeRaw(Prisma.sql`
      INSERT INTO profile_pace (workspace_id, profile_id, quota_asked_at) VALUES (${workspaceId}, ${profileId}, ${askedAt})
      ON CONFLICT (workspace_id, profile_id) DO UPDATE SET quota_asked_at = EXCLUDED.quota_asked_at`);
  }

  async keepQuota(workspaceId: string, profileId: string, { used, total, windowSeconds }: PublishingLimit, now: Date): Promise<void> {
    await this.database.direct.$executeRaw(Prisma.sql`
      INSERT INTO profile_pace (workspace_id, profile_id, quota_used, quota_total, quota_seconds, quota_read_at, quota_asked_at)
      VALUES (${workspaceId}, ${profileId}, ${used}, ${total}::int, ${windowSeconds}::int, ${now}, ${now})
      ON CONFLICT (workspace_id, profile_id) DO UPDATE SET quota_used = EXCLUDED.quota_used, quota_total = EXCLUDED.quota_total, quota_seconds = EXCLUDED.quota_seconds,
        quota_read_at = EXCLUDED.quota_read_at, quota_asked_at = EXCLUDED.quota_asked_at`);
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
