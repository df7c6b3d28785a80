import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { after, Clock, hours, minutes } from '#kernel/clock';
import { Logger } from '#infra/logging/logger';
import { Rounds } from '#infra/process/rounds';
import { CallBudgetSweepRepository } from './call-budget-sweep.repository.js';

const roundPause = minutes(10);
/** For clocks that differ. */
const grace = hours(1);
/** So that one round ends: what is left is deleted in the next one. */
const mostBatches = 500;

/** Forgets calls that count no more, in every worker; rows that another one is at are left to it. */
@Injectable()
export class CallBudgetSweeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly rounds: Rounds;

  constructor(
    private readonly uses: CallBudgetSweepRepository,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {
    this.rounds = new Rounds({ round: () => this.sweep(), pauseMs: roundPause, onFailure: (error) => this.logger.error({ err: error }, 'Old entries of call budgets could not be deleted; the next round tries again') });
  }

  onApplicationBootstrap(): void {
    this.rounds.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.rounds.stop();
  }

  /** One round. */
  async sweep(): Promise<void> {
    const leftBefore = after(this.clock.now(), -grace);
    for (let round = 0; round < mostBatches && !this.rounds.isStopped; round += 1) {
      if (!(await this.uses.forget(leftBefore))) return;
    }
  }
}
