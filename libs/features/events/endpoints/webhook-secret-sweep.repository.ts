import { Injectable } from '@nestjs/common';
import { SystemDatabase } from '#infra/database/database';

/** Rows a statement deletes at most, so that none holds locks for long. */
const batch = 1_000;

@Injectable()
export class WebhookSecretSweepRepository {
  constructor(private readonly database: SystemDatabase) {}

  /** Secrets that sign nothing any more. @returns how many; a full batch means that there may be more */
  forget(now: Date): Promise<number> {
    return this.database.$executeRaw`
      DELETE FROM webhook_secret WHERE ctid = ANY (ARRAY(SELECT ctid FROM webhook_secret WHERE expires_at <= ${now} LIMIT ${batch} FOR UPDATE SKIP LOCKED))`;
  }

  isFull(count: number): boolean {
    return count >= batch;
  }
}
