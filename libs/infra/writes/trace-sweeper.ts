import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { after, Clock, days, minutes } from '#kernel/clock';
import type { Settings } from '#infra/config/settings';
import { SETTINGS } from '#infra/config/settings.module';
import { Logger } from '#infra/logging/logger';
import { Rounds } from '#infra/process/rounds';
import { TraceSweepRepository } from './trace-sweep.repository.js';

const roundPause = minutes(10);
/** So that one round ends: what is left is deleted in the next one. */
const mostBatches = 500;

/** Forgets idempotency keys a day old and audit entries past their retention, in every worker; rows that another one is at are left to it. */
@Injectable()
export class TraceSweeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly rounds: Rounds;

  constructor(
    private readonly traces: TraceSweepRepository,
    private readonly clock: Clock,
    private readonly logger: Logger,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {
    this.rounds = new Rounds({ round: () => this.sweep(), pauseMs: roundPause, onFailure: (error) => this.logger.error({ err: error }, 'Old traces could not be deleted; the next round tries again') });
  }

  onApplicationBootstrap(): void {
    this.rounds.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.rounds.stop();
  }

  /** One round. */
  async sweep(): Promise<void> {
    const now = this.clock.now();
    const keys = await this.drain(() => this.traces.forgetKeys(now));
    const entries = await this.drain(() => this.traces.forgetEntries(after(now, -days(this.settings.auditRetentionDays))));
    if (keys + entries > 0) this.logger.info({ keys, entries }, 'Idempotency keys and audit entries past their time are deleted');
  }

  private async drain(forget: () => Promise<number>): Promise<number> {
    let total = 0;
    for (let round = 0; round < mostBatches && !this.rounds.isStopped; round += 1) {
      const count = await forget();
      total += count;
      if (!this.traces.isFull(count)) break;
    }
    return total;
  }
}
