import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { seconds } from '#kernel/clock';
import { Logger } from '#infra/logging/logger';
import { Rounds } from '#infra/process/rounds';
import { SubscriptionService } from './subscription.service.js';

const tickPause = seconds(5);
/** So that one round ends: what is left is due in the next one too. */
const mostPerTick = 200;

/** Looks for accounts whose events are to be subscribed, soon after they were connected and then daily; the lease on the row makes it one at a time for each. */
@Injectable()
export class SubscriptionPlanner implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly rounds: Rounds;

  constructor(
    private readonly subscriptions: SubscriptionService,
    private readonly logger: Logger,
  ) {
    this.rounds = new Rounds({ round: () => this.tick(), pauseMs: tickPause, onFailure: (error) => this.logger.error({ err: error }, 'Subscribing to events of accounts failed a round') });
  }

  onApplicationBootstrap(): void {
    this.rounds.start();
  }

  /** The call under way is finished, so that the row tells what came of it. */
  onModuleDestroy(): Promise<void> {
    return this.rounds.stop();
  }

  private async tick(): Promise<void> {
    for (let count = 0; count < mostPerTick && !this.rounds.isStopped; count += 1) {
      if ((await this.subscriptions.subscribeNext()) === null) return;
    }
  }
}
