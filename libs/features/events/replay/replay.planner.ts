import { Injectable } from '@nestjs/common';
import { Clock, seconds } from '#kernel/clock';
import { RowPlanner } from '#features/accounts/index';
import { Logger } from '#infra/logging/logger';
import { ReplayWorkRepository } from './replay-work.repository.js';

/** Goes on with replays, in every worker; one worker at a time does a step of each. */
@Injectable()
export class ReplayPlanner extends RowPlanner {
  constructor(work: ReplayWorkRepository, clock: Clock, logger: Logger) {
    super({ next: () => work.advance(clock.now()), pauseMs: seconds(0.5), logger, failure: 'Replays failed a round; the next one goes on' });
  }
}
