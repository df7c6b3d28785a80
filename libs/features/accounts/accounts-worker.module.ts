import { Module } from '@nestjs/common';
import { AccountsModule } from './accounts.module.js';
import { TokenRefreshPlanner } from './token-refresh.planner.js';
import { TokenRefreshRepository } from './token-refresh.repository.js';
import { TokenRefreshService } from './token-refresh.service.js';

@Module({
  imports: [AccountsModule],
  providers: [TokenRefreshPlanner, TokenRefreshRepository, TokenRefreshService],
})
export class AccountsWorkerModule {}
