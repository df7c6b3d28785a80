import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { seconds } from '#kernel/clock';
import { Logger } from '#infra/logging/logger';
import { SubscriptionService } from './subscription.service.js';

const tickPause = seconds(5);
/** So that one round ends: what is left is due in the next one too. */
const mostPerTick = 200;

/** Looks for accounts whose events are to be subscribed, soon after they were connected and then daily; the lease on the row makes it one at a time for each. */
@Injectable()
export class SubscriptionPlanner implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> = Promise.resolve();
  private isStopped = false;

  constructor(
    private readonly subscriptions: SubscriptionService,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule(0);
  }

  /** The call under way is finished, so that the row tells what came of it. */
  async onModuleDestroy(): Promise<void> {
    this.isStopped = true;
    if (this.timer) clearTimeout(this.timer);
    await this.running;
  }

  private async tick(): Promise<void> {
    for (let count = 0; count < mostPerTick && !this.isStopped; count += 1) {
      if ((await this.subscriptions.subscribeNext()) === null) return;
    }
  }

  private schedule(pause: number): void {
    if (this.isStopped) return;
    this.timer = setTimeout(() => {
      this.running = this.tick()
        .catch((error: unknown) => this.logger.error({ err: error }, 'Subscribing to events of accounts failed a round'))
        .then(() => this.schedule(tickPause));
    }, pause);
  }
}
