import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Clock, minutes } from '#kernel/clock';
import { Logger } from '#infra/logging/logger';
import { Rounds } from '#infra/process/rounds';
import { WebhookSweepRepository } from './webhook-sweep.repository.js';

const roundPause = minutes(10);
/** So that one round ends: what is left is deleted in the next one. */
const mostBatches = 500;

/** Deletes secrets whose overlap is over and cancels what waits for webhooks that are gone, in every worker. */
@Injectable()
export class WebhookSweeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly rounds: Rounds;

  constructor(
    private readonly remains: WebhookSweepRepository,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {
    this.rounds = new Rounds({ round: () => this.sweep(), pauseMs: roundPause, onFailure: (error) => this.logger.error({ err: error }, 'What webhooks left behind could not be cleared away; the next round tries again') });
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
    await this.drain(() => this.remains.forgetSecrets(now));
    await this.drain(() => this.remains.cancelRemains(now));
  }

  private async drain(clear: () => Promise<number>): Promise<void> {
    for (let round = 0; round < mostBatches && !this.rounds.isStopped; round += 1) {
      if (!this.remains.isFull(await clear())) break;
    }
  }
}
