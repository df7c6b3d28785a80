import { Module } from '@nestjs/common';
import { CryptoModule } from '#infra/crypto/crypto.module';
import { ApiKeyRepository } from './api-key.repository.js';
import { CallBudgetRepository } from './call-budget.repository.js';
import { CallBudgets } from './call-budgets.service.js';
import { NetworkUsageKeeper } from './network-usage.keeper.js';
import { NetworkUsageRepository } from './network-usage.repository.js';
import { ProfileGroupRepository } from './profile-group.repository.js';
import { ProfilePaceRepository } from './profile-pace.repository.js';
import { ProfileRepository } from './profile.repository.js';
import { ProfileService } from './profile.service.js';

@Module({
  imports: [CryptoModule],
  providers: [ApiKeyRepository, CallBudgetRepository, CallBudgets, NetworkUsageKeeper, NetworkUsageRepository, ProfileGroupRepository, ProfilePaceRepository, ProfileRepository, ProfileService],
  exports: [ApiKeyRepository, CallBudgets, NetworkUsageRepository, ProfileGroupRepository, ProfilePaceRepository, ProfileService],
})
export class AccountsModule {}
