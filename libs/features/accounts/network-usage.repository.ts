import { Injectable } from '@nestjs/common';
import { Prisma, SystemDatabase } from '#infra/database/database';
import { Gathered } from '#infra/database/gathered';
import { slowsAt } from './network-usage.rules.js';

/** Of one limit on calls, as its network last told. */
export interface KeptUsage {
  readonly usagePercent: number;
  readonly usageSeenAt: Date | null;
  /** No calls before. */
  readonly stoppedUntil: Date | null;
}

interface CalmAccount {
  readonly network: string;
  readonly account: string;
  readonly percent: number;
  readonly seen_at: Date;
}

type Figures = { readonly percent: number; readonly stoppedUntil: Date | null; readonly now: Date };

/** What networks tell of their limits. They speak of the whole installation, or of an account, whoever has it. */
@Injectable()
export class NetworkUsageRepository {
  /** Asked before every call of every worker. */
  private readonly calms = new Gathered<CalmAccount, null>((accounts) => this.calm(accounts));
  private readonly asked = new Gathered<string, KeptUsage | null>((networks) => this.read(networks));

  constructor(private readonly database: SystemDatabase) {}

  find(network: string): Promise<KeptUsage | null> {
    return this.asked.ask(network);
  }

  private async read(networks: readonly string[]): Promise<(KeptUsage | null)[]> {
    const rows = await this.database.direct.$queryRaw<(KeptUsage & { readonly network: string })[]>(Prisma.sql`
      SELECT network, usage_percent AS "usagePercent", usage_seen_at AS "usageSeenAt", stopped_until AS "stoppedUntil" FROM network_usage WHERE network = ANY(${[...new Set(networks)]})`);
    return networks.map((network) => rows.find((row) => row.network === network) ?? null);
  }

  /** A stop is only ever made longer: an answer that was on its way when it began knows nothing of it. */
  async keep(network: string, accountId: string | null, figures: Figures): Promise<void> {
    if (figures.percent < slowsAt && figures.stoppedUntil === null) return this.clear(network, accountId, figures);
    const { percent, stoppedUntil, now } = figures;
    await (accountId === null
      ? this.database.$executeRaw`
          INSERT INTO network_usage AS known (network, usage_percent, usage_seen_at, stopped_until) VALUES (${network}, ${percent}, ${now}, ${stoppedUntil})
          ON CONFLICT (network) DO UPDATE SET usage_percent = EXCLUDED.usage_percent, usage_seen_at = EXCLUDED.usage_seen_at,
            stopped_until = GREATEST(known.stopped_until, EXCLUDED.stopped_until)`
      : this.database.$executeRaw`
          INSERT INTO profile_pace AS known (workspace_id, profile_id, usage_percent, usage_seen_at, stopped_until)
          SELECT p.workspace_id, p.id, ${percent}::int, ${now}::timestamptz, ${stoppedUntil}::timestamptz FROM profile p
          WHERE p.network = ${network} AND p.remote_id = ${accountId} AND p.removed_at IS NULL
          ON CONFLICT (workspace_id, profile_id) DO UPDATE SET usage_percent = EXCLUDED.usage_percent, usage_seen_at = EXCLUDED.usage_seen_at,
            stopped_until = GREATEST(known.stopped_until, EXCLUDED.stopped_until)`);
  }

  private async clear(network: string, accountId: string | null, { percent, now }: Figures): Promise<void> {
    await (accountId === null
      ? this.database.networkUsage.updateMany({ where: { network, usagePercent: { gte: slowsAt } }, data: { usagePercent: percent, usageSeenAt: now } })
      : this.calms.ask({ network, account: accountId, percent, seen_at: now }));
  }

  /** Accounts that are far from their limits again, or that a process hears of for the first time: nearly all of them, and nearly always without anything to write. */
  private async calm(accounts: readonly CalmAccount[]): Promise<null[]> {
    await this.database.direct.$executeRaw(Prisma.sql`
      WITH calm AS MATERIALIZED (
        SELECT * FROM jsonb_to_recordset(${JSON.stringify(accounts)}::jsonb) AS c(network text, account text, percent numeric, seen_at timestamptz)
      ), slow AS MATERIALIZED (
        SELECT l.workspace_id, l.profile_id, c.percent, c.seen_at FROM calm c
        JOIN profile p ON p.network = c.network AND p.remote_id = c.account AND p.removed_at IS NULL
        JOIN profile_pace l ON l.workspace_id = p.workspace_id AND l.profile_id = p.id
        WHERE l.usage_percent >= ${slowsAt} ORDER BY l.workspace_id, l.profile_id FOR NO KEY UPDATE OF l
      )
      UPDATE profile_pace l SET usage_percent = round(slow.percent)::int, usage_seen_at = slow.seen_at FROM slow WHERE l.workspace_id = slow.workspace_id AND l.profile_id = slow.profile_id`);
    return accounts.map(() => null);
  }
}
