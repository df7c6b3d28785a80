import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { seconds } from '#kernel/clock';
import { Logger } from '#infra/logging/logger';
import { TokenRefreshService } from './token-refresh.service.js';

const tickPause = seconds(30);
/** So that one round ends: what is left is due in the next one too. */
const mostPerTick = 200;

/** Looks for tokens to renew, in every worker; the lease on the row makes it one at a time for each. */
@Injectable()
export class TokenRefreshPlanner implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> = Promise.resolve();
  private isStopped = false;

  constructor(
    private readonly tokens: TokenRefreshService,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule(0);
  }

  /** The renewal under way is finished: its new token may be the only one that will go on working. */
  async onModuleDestroy(): Promise<void> {
    this.isStopped = true;
    if (this.timer) clearTimeout(this.timer);
    await this.running;
  }

  private async tick(): Promise<void> {
    for (let count = 0; count < mostPerTick && !this.isStopped; count += 1) {
      if ((await this.tokens.refreshNext()) === null) return;
    }
  }

  private schedule(pause: number): void {
    if (this.isStopped) return;
    this.timer = setTimeout(() => {
      this.running = this.tick()
        .catch((error: unknown) => this.logger.error({ err: error }, 'The renewal of tokens failed a round'))
        .then(() => this.schedule(tickPause));
    }, pause);
  }
}
