import { Injectable } from '@nestjs/common';
import { SystemDatabase } from '#infra/database/database';

/** Rows a statement deletes at most, so that none holds locks for long. */
const batch = 1_000;

/** Deletes traces that have served their time, of all workspaces. */
@Injectable()
export class TraceSweepRepository {
  constructor(private readonly database: SystemDatabase) {}

  /** @returns how many; a full batch means that there may be more */
  forgetKeys(now: Date): Promise<number> {
    return this.database.$executeRaw`
      DELETE FROM idempotency_key WHERE ctid = ANY (ARRAY(SELECT ctid FROM idempotency_key WHERE expires_at <= ${now} LIMIT ${batch} FOR UPDATE SKIP LOCKED))`;
  }

  /** @returns how many; a full batch means that there may be more */
  forgetEntries(olderThan: Date): Promise<number> {
    return this.database.$executeRaw`
      DELETE FROM audit_entry WHERE ctid = ANY (ARRAY(SELECT ctid FROM audit_entry WHERE created_at < ${olderThan} LIMIT ${batch} FOR UPDATE SKIP LOCKED))`;
  }

  isFull(count: number): boolean {
    return count >= batch;
  }
}
