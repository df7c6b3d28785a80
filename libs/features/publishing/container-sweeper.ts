import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { after, Clock, days, minutes } from '#kernel/clock';
import { Logger } from '#infra/logging/logger';
import { Rounds } from '#infra/process/rounds';
import { ContainerSweepRepository } from './container-sweep.repository.js';

const roundPause = minutes(10);
/** Windows of networks are a day long; the rest is for clocks that differ. */
const retention = days(2);
/** So that one round ends: what is left is deleted in the next one. */
const mostBatches = 500;

/** Forgets containers that count no more, in every worker; rows that another one is at are left to it. */
@Injectable()
export class ContainerSweeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly rounds: Rounds;

  constructor(
    private readonly containers: ContainerSweepRepository,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {
    this.rounds = new Rounds({ round: () => this.sweep(), pauseMs: roundPause, onFailure: (error) => this.logger.error({ err: error }, 'Old entries of the container ledger could not be deleted; the next round tries again') });
  }

  onApplicationBootstrap(): void {
    this.rounds.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.rounds.stop();
  }

  /** One round. */
  async sweep(): Promise<void> {
    const olderThan = after(this.clock.now(), -retention);
    for (let round = 0; round < mostBatches && !this.rounds.isStopped; round += 1) {
      if (!(await this.containers.forget(olderThan))) return;
    }
  }
}
