import { Module } from '@nestjs/common';
import { AccountsModule } from './accounts.module.js';
import { CallBudgetSweepRepository } from './call-budget-sweep.repository.js';
import { CallBudgetSweeper } from './call-budget-sweeper.js';
import { SubscriptionPlanner } from './subscription.planner.js';
import { SubscriptionRepository } from './subscription.repository.js';
import { SubscriptionService } from './subscription.service.js';
import { TokenRefreshPlanner } from './token-refresh.planner.js';
import { TokenRefreshRepository } from './token-refresh.repository.js';
import { TokenRefreshService } from './token-refresh.service.js';

@Module({
  imports: [AccountsModule],
  providers: [CallBudgetSweepRepository, CallBudgetSweeper, SubscriptionPlanner, SubscriptionRepository, SubscriptionService, TokenRefreshPlanner, TokenRefreshRepository, TokenRefreshService],
})
export class AccountsWorkerModule {}
