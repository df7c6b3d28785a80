import { Injectable } from '@nestjs/common';
import { SystemDatabase } from '#infra/database/database';

/** Rows a statement deletes at most, so that none holds locks for long. */
const batch = 1_000;

/** Deletes entries of call budgets that have left their window, of all workspaces. */
@Injectable()
export class CallBudgetSweepRepository {
  constructor(private readonly database: SystemDatabase) {}

  /** @returns whether there may be more */
  async forget(leftBefore: Date): Promise<boolean> {
    const count = await this.database.$executeRaw`
      DELETE FROM call_budget_use WHERE ctid = ANY (ARRAY(SELECT ctid FROM call_budget_use WHERE leaves_at < ${leftBefore} LIMIT ${batch} FOR UPDATE SKIP LOCKED))`;
    return count >= batch;
  }
}
