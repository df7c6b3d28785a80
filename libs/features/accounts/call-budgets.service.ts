import { Injectable } from '@nestjs/common';
import { AppError } from '#kernel/app-error';
import { Clock } from '#kernel/clock';
import type { CallBudget, CallKind } from '#networks/port/call-budget';
import { NetworkRegistry } from '#networks/port/network-registry';
import type { NetworkAccount } from '#networks/port/social-network';
import { CallBudgetRepository } from './call-budget.repository.js';

/** Whose call it is, and what is counted once: a hashtag, or an id of the call. `account` where it is open: figures may differ by its login. */
export interface CountedCall {
  readonly workspaceId: string;
  readonly profileId: string;
  readonly network: string;
  readonly kind: CallKind;
  readonly subject: string;
  readonly account?: NetworkAccount;
}

export interface FullBudget {
  readonly budget: CallBudget;
  /** When the next call of the kind may go out. */
  readonly until: Date;
}

/**
 * Calls that a network counts by kind. A place is taken before the call goes out, and kept whatever becomes of it: a process that dies in between
 * has lost one, and nobody has had one too many. The same subject within the window takes no second one.
 */
@Injectable()
export class CallBudgets {
  constructor(
    private readonly uses: CallBudgetRepository,
    private readonly networks: NetworkRegistry,
    private readonly clock: Clock,
  ) {}

  /** @returns null: the call has its place */
  async take({ workspaceId, profileId, network, kind, subject, account }: CountedCall): Promise<FullBudget | null> {
    const budget = this.networks.get(network).callBudget(kind, account);
    if (!budget) return null;
    const until = await this.uses.take(workspaceId, profileId, budget, { subject, now: this.clock.now() });
    return until && { budget, until };
  }

  /** For a caller who waits. @throws AppError network_limited */
  async require(call: CountedCall): Promise<void> {
    const full = await this.take(call);
    if (full) throw refusal(full, this.clock.now());
  }
}

/** `retry_after` is also the header of that name (error.filter.ts). */
function refusal({ budget: { kind, amount, windowSeconds }, until }: FullBudget, now: Date): AppError {
  const retryAfter = Math.max(1, Math.ceil((until.getTime() - now.getTime()) / 1000));
  return new AppError('network_limited', `The network takes ${String(amount)} such calls in ${String(windowSeconds)} seconds; the next one goes in ${String(retryAfter)} seconds`, {
    details: { kind, limit: amount, window_seconds: windowSeconds, retry_after: retryAfter, retry_at: until.toISOString() },
  });
}
