import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Clock, minutes } from '#kernel/clock';
import { Logger } from '#infra/logging/logger';
import { Rounds } from '#infra/process/rounds';
import { WebhookSecretSweepRepository } from './webhook-secret-sweep.repository.js';

const roundPause = minutes(10);
/** So that one round ends: what is left is deleted in the next one. */
const mostBatches = 500;

/** Deletes secrets whose overlap is over, in every worker. */
@Injectable()
export class WebhookSecretSweeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly rounds: Rounds;

  constructor(
    private readonly secrets: WebhookSecretSweepRepository,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {
    this.rounds = new Rounds({ round: () => this.sweep(), pauseMs: roundPause, onFailure: (error) => this.logger.error({ err: error }, 'Expired secrets of webhooks could not be deleted; the next round tries again') });
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
    for (let round = 0; round < mostBatches && !this.rounds.isStopped; round += 1) {
      if (!this.secrets.isFull(await this.secrets.forget(now))) break;
    }
  }
}
