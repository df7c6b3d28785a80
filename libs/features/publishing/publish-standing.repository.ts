import { Injectable } from '@nestjs/common';
import type { ProfilePaceRow, SealedAccount } from '#features/accounts/index';
import { Prisma, SystemDatabase } from '#infra/database/database';
import { Gathered } from '#infra/database/gathered';

/** What a call in a profile's name has to know of it. */
export interface ProfileStanding {
  /** Null: the profile is gone. */
  readonly account: SealedAccount | null;
  /** Null: nothing is known of its limits. */
  readonly pace: ProfilePaceRow | null;
  /** Own posts that went live since the network was asked for its count; the instant itself counts, rather one too many than a refusal. */
  readonly publishedSince: number;
  /** Containers asked for from `containersSince` on. */
  readonly containersMade: number;
}

export interface StandingQuestion {
  readonly workspaceId: string;
  readonly profileId: string;
  /** Null: not of interest. */
  readonly containersSince: Date | null;
  readonly countsPosts: boolean;
}

type StandingRow = ProfilePaceRow & SealedAccount & { readonly question: number; readonly hasPace: boolean; readonly publishedSince: number; readonly containersMade: number };

/** Asked before every call of every worker: account, limits and counts of a profile in one statement for all who ask at the moment. */
@Injectable()
export class PublishStandings {
  private readonly asked = new Gathered<StandingQuestion, ProfileStanding>((questions) => this.read(questions));

  constructor(private readonly database: SystemDatabase) {}

  find(question: StandingQuestion): Promise<ProfileStanding> {
    return this.asked.ask(question);
  }

  private async read(questions: readonly StandingQuestion[]): Promise<ProfileStanding[]> {
    const keys = questions.map(({ workspaceId, profileId, containersSince, countsPosts }, question) => ({ question, workspace_id: workspaceId, profile_id: profileId, containers_since: containersSince, counts_posts: countsPosts }));
    const rows = await this.database.direct.$queryRaw<StandingRow[]>(Prisma.sql`
      SELECT k.question, p.remote_id AS "remoteId", p.access_token AS "accessToken", p.status, p.status_reason AS "statusReason",
             l.profile_id IS NOT NULL AS "hasPace", p.workspace_id AS "workspaceId", p.id AS "profileId", l.publish_tat AS "publishTat", l.slowed_call_at AS "slowedCallAt",
             l.usage_percent AS "usagePercent", l.usage_seen_at AS "usageSeenAt", l.stopped_until AS "stoppedUntil", l.refusals, l.quota_used AS "quotaUsed", l.quota_total AS "quotaTotal",
             l.quota_seconds AS "quotaSeconds", l.quota_read_at AS "quotaReadAt", l.quota_asked_at AS "quotaAskedAt",
             CASE WHEN k.counts_posts AND l.quota_read_at IS NOT NULL
               THEN (SELECT count(*)::int FROM platform_post o WHERE o.workspace_id = p.workspace_id AND o.profile_id = p.id AND o.published_at >= l.quota_read_at) ELSE 0 END AS "publishedSince",
             CASE WHEN k.containers_since IS NOT NULL
               THEN (SELECT count(*)::int FROM container_creation c WHERE c.workspace_id = p.workspace_id AND c.profile_id = p.id AND c.created_at >= k.containers_since) ELSE 0 END AS "containersMade"
      FROM jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) AS k(question int, workspace_id text, profile_id text, containers_since timestamptz, counts_posts boolean)
      JOIN profile p ON p.workspace_id = k.workspace_id AND p.id = k.profile_id
      LEFT JOIN profile_pace l ON l.workspace_id = p.workspace_id AND l.profile_id = p.id`);
    const found = new Map(rows.map((row) => [row.question, toStanding(row)]));
    return questions.map((_, question) => found.get(question) ?? nothing);
  }
}

const nothing: ProfileStanding = { account: null, pace: null, publishedSince: 0, containersMade: 0 };

function toStanding(row: StandingRow): ProfileStanding {
  return { account: row, pace: row.hasPace ? row : null, publishedSince: row.publishedSince, containersMade: row.containersMade };
}
