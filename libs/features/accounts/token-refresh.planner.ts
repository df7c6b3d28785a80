import { Injectable } from '@nestjs/common';
import { seconds } from '#kernel/clock';
import { Logger } from '#infra/logging/logger';
import { RowPlanner } from './row-planner.js';
import { TokenRefreshService } from './token-refresh.service.js';

/** Looks for tokens to renew, and to warn of. The renewal under way is finished before the end: its new token may be the only one that will go on working. */
@Injectable()
export class TokenRefreshPlanner extends RowPlanner {
  constructor(tokens: TokenRefreshService, logger: Logger) {
    super({ next: () => tokens.next(), pauseMs: seconds(30), logger, failure: 'The renewal of tokens failed a round' });
  }
}
