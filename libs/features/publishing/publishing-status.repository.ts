import { Injectable } from '@nestjs/common';
import { after, days } from '#kernel/clock';
import { SystemDatabase } from '#infra/database/database';

export interface PublishingStatus {
  /** When any planner last ran; null: never. */
  readonly lastPlannerTick: Date | null;
  /** The earliest time at which a target should have been taken up and was not. */
  readonly oldestOverdue: Date | null;
  /** Since when the target that has got no further for longest, of those that a worker holds, is where it is; null: none is held. */
  readonly oldestLease: Date | null;
}

/** How many targets are in a state that people want to know of. */
export interface AttentionCounts {
  readonly held: ReadonlyMap<string, number>;
  readonly deferred: ReadonlyMap<string, number>;
  readonly unconfirmed: number;
  /** Profiles whose network wants no calls now. */
  readonly throttledProfiles: number;
  /** Profiles by the days that are left to their token; each counts in all that are longer. */
  readonly tokensExpiring: ReadonlyMap<number, number>;
}

/** The days before its expiry at which a token becomes somebody's business; 0: it has expired. */
const tokenDays = [0, 1, 3, 7, 14];
/** Leases are looked for among so many targets that have been due for longest: a bound for the day on which everything is. */
const mostDue = 1_000;

/** What a person needs to know before trusting that posts go out. Each question is answered from an index. */
@Injectable()
export class PublishingStatusRepository {
  constructor(private readonly database: SystemDatabase) {}

  async read(now: Date): Promise<PublishingStatus> {
    const [heartbeat, overdue, [lease]] = await Promise.all([
      this.database.heartbeat.findFirst({ where: { name: 'publish-planner' } }),
      this.database.platformPost.findFirst({
        where: { dueAt: { lte: now }, OR: [{ leasedUntil: null }, { leasedUntil: { lte: now } }] },
        orderBy: { dueAt: 'asc' },
        select: { dueAt: true },
      }),
      this.database.$queryRaw<{ since: Date | null }[]>`
        SELECT min(t.updated_at) AS since FROM (SELECT updated_at, leased_until FROM platform_post WHERE due_at <= ${now} ORDER BY due_at LIMIT ${mostDue}) t WHERE t.leased_until > ${now}`,
    ]);
    return { lastPlannerTick: heartbeat?.beatAt ?? null, oldestOverdue: overdue?.dueAt ?? null, oldestLease: lease?.since ?? null };
  }

  async count(now: Date): Promise<AttentionCounts> {
    const [targets, tokens, throttledProfiles] = await Promise.all([
      this.database.$queryRaw<{ hold: string | null; deferral: string | null; isUnconfirmed: boolean; count: number }[]>`
        SELECT hold, deferral, status = 'unconfirmed' AS "isUnconfirmed", count(*)::int AS count FROM platform_post
        WHERE hold IS NOT NULL OR deferral IS NOT NULL OR status = 'unconfirmed' GROUP BY 1, 2, 3`,
      Promise.all(tokenDays.map((left) => this.database.profile.count({ where: { status: 'active', removedAt: null, tokenExpiresAt: { lte: after(now, days(left)) } } }))),
      this.database.profilePace.count({ where: { stoppedUntil: { gt: now } } }),
    ]);
    return {
      held: sumBy(targets, 'hold'),
      deferred: sumBy(targets, 'deferral'),
      unconfirmed: targets.reduce((sum, row) => sum + (row.isUnconfirmed ? row.count : 0), 0),
      throttledProfiles,
      tokensExpiring: new Map(tokenDays.map((left, index) => [left, tokens[index] ?? 0])),
    };
  }
}

function sumBy<Key extends string>(rows: readonly (Readonly<Record<Key, string | null>> & { readonly count: number })[], key: Key): Map<string, number> {
  const sums = new Map<string, number>();
  for (const row of rows) {
    const reason = row[key];
    if (reason !== null) sums.set(reason, (sums.get(reason) ?? 0) + row.count);
  }
  return sums;
}
