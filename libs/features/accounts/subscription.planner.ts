import { Injectable } from '@nestjs/common';
import { seconds } from '#kernel/clock';
import { Logger } from '#infra/logging/logger';
import { RowPlanner } from './row-planner.js';
import { SubscriptionService } from './subscription.service.js';

/** Looks for accounts whose events are to be subscribed, soon after they were connected and then daily. */
@Injectable()
export class SubscriptionPlanner extends RowPlanner {
  constructor(subscriptions: SubscriptionService, logger: Logger) {
    super({ next: () => subscriptions.subscribeNext(), pauseMs: seconds(5), logger, failure: 'Subscribing to events of accounts failed a round' });
  }
}
