import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { seconds } from '#kernel/clock';
import { Logger } from '#infra/logging/logger';
import { Rounds } from '#infra/process/rounds';
import { TokenRefreshService } from './token-refresh.service.js';

const tickPause = seconds(30);
/** So that one round ends: what is left is due in the next one too. */
const mostPerTick = 200;

/** Looks for tokens to renew, in every worker; the lease on the row makes it one at a time for each. */
@Injectable()
export class TokenRefreshPlanner implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly rounds: Rounds;

  constructor(
    private readonly tokens: TokenRefreshService,
    private readonly logger: Logger,
  ) {
    this.rounds = new Rounds({ round: () => this.tick(), pauseMs: tickPause, onFailure: (error) => this.logger.error({ err: error }, 'The renewal of tokens failed a round') });
  }

  onApplicationBootstrap(): void {
    this.rounds.start();
  }

  /** The renewal under way is finished: its new token may be the only one that will go on working. */
  onModuleDestroy(): Promise<void> {
    return this.rounds.stop();
  }

  private async tick(): Promise<void> {
    for (let count = 0; count < mostPerTick && !this.rounds.isStopped; count += 1) {
      if ((await this.tokens.refreshNext()) === null) return;
    }
  }
}
