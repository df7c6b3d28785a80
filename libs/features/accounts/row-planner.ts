import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import type { Logger } from '#infra/logging/logger';
import { Rounds } from '#infra/process/rounds';

/** So that one round ends: what is left is due in the next one too. */
const mostPerRound = 200;

export interface RowPlannerOptions {
  /** Takes up one due row; null: none is due. */
  readonly next: () => Promise<unknown>;
  readonly pauseMs: number;
  readonly logger: Logger;
  /** What is said of a round that failed. */
  readonly failure: string;
}

/** Takes up due rows one by one, in every worker; the lease on the row makes it one at a time for each. The row under way is finished before the end. */
export abstract class RowPlanner implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly rounds: Rounds;

  protected constructor(private readonly options: RowPlannerOptions) {
    const { pauseMs, logger, failure } = options;
    this.rounds = new Rounds({ round: () => this.round(), pauseMs, onFailure: (error) => logger.error({ err: error }, failure) });
  }

  onApplicationBootstrap(): void {
    this.rounds.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.rounds.stop();
  }

  private async round(): Promise<void> {
    for (let count = 0; count < mostPerRound && !this.rounds.isStopped; count += 1) {
      if ((await this.options.next()) === null) return;
    }
  }
}
