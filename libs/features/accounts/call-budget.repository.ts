import { Injectable } from '@nestjs/common';
import { Database, Prisma } from '#infra/database/database';
import type { CallBudget } from '#networks/port/call-budget';

/** Who took which place of a budget. */
@Injectable()
export class CallBudgetRepository {
  constructor(private readonly database: Database) {}

  /**
   * One statement, for all processes: takers of the same profile and kind wait for each other, a statement each, and each reads the entries of its
   * window at most. @returns null: it has a place; else when there will be one
   */
  async take(workspaceId: string, profileId: string, { kind, amount, windowSeconds }: Pick<CallBudget, 'kind' | 'amount' | 'windowSeconds'>, { subject, now }: { readonly subject: string; readonly now: Date }): Promise<Date | null> {
    const [row] = await this.database.direct.$queryRaw<{ until: Date | null }[]>(Prisma.sql`
      SELECT take_call_budget(${workspaceId}, ${profileId}, ${kind}, ${subject}, ${amount}::int, make_interval(secs => ${windowSeconds}::int), ${now}::timestamptz) AS until`);
    return row?.until ?? null;
  }
}
