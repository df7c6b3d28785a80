import { Injectable } from '@nestjs/common';
import { AppError } from '#kernel/app-error';
import { Clock } from '#kernel/clock';
import { Database, type Prisma, type SqlRunner } from '#infra/database/database';
import { newAuditEntry, type AuditEntry, type AuditFact } from './audit-entry.js';
import { writeAudit } from './audit.repository.js';
import { findClaim } from './idempotency-claim.js';
import { IdempotencyRepository } from './idempotency.repository.js';

export type { SqlRunner } from '#infra/database/database';

/** What repositories write through. Services hand it on and do not look into it. */
export type Transaction = Prisma.TransactionClient;

export interface Write {
  readonly tx: Transaction;
  /** Says what was done; it goes into the audit. A write that says nothing fails. */
  readonly record: (fact: AuditFact) => void;
}

/**
 * How the API changes anything: the change, its entry in the audit and, for a call with an idempotency key, its answer are in one
 * transaction. So a change that is not in the audit cannot be, and a client that repeats a call whose answer was lost gets
 * exactly that answer.
 */
@Injectable()
export class UnitOfWork {
  constructor(
    private readonly database: Database,
    private readonly keys: IdempotencyRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * @param work the change; what it throws undoes everything
   * @param show the body of the answer
   * @returns that body
   * @throws AppError idempotency_key_in_flight when the request took so long that a repetition has taken over
   */
  run<T, A>(workspaceId: string, work: (write: Write) => Promise<T>, show: (result: T) => A): Promise<A> {
    return this.transaction(async (tx) => {
      const facts: AuditFact[] = [];
      const result = await work({ tx, record: (fact) => void facts.push(fact) });
      if (facts.length === 0) throw new Error('A write that the audit does not know');
      await writeAudit(tx, this.entries(workspaceId, facts));
      return show(result);
    });
  }

  /**
   * The same for a change that is one statement, which writes its audit entries itself. Without an idempotency key it needs no
   * transaction of several round trips (measured: ten times the throughput).
   */
  async runStatement<T, A>(workspaceId: string, facts: readonly AuditFact[], statement: (runner: SqlRunner, entries: readonly AuditEntry[]) => Promise<T>, show: (result: T) => A): Promise<A> {
    const entries = this.entries(workspaceId, facts);
    if (findClaim()) return this.transaction(async (tx) => show(await statement(tx, entries)));
    return show(await statement(this.database.direct, entries));
  }

  private entries(workspaceId: string, facts: readonly AuditFact[]): AuditEntry[] {
    const now = this.clock.now();
    return facts.map((fact) => newAuditEntry(workspaceId, fact, now));
  }

  private async transaction<A>(work: (tx: Transaction) => Promise<A>): Promise<A> {
    const claim = findClaim();
    const answer = await this.database.$transaction(async (tx) => {
      if (claim && !(await this.keys.renew(claim, this.clock.now(), tx))) throw new AppError('idempotency_key_in_flight');
      const answer = await work(tx);
      if (claim) await this.keys.complete(claim, answer, tx);
      return answer;
    });
    if (claim) claim.isAnswered = true;
    return answer;
  }
}
