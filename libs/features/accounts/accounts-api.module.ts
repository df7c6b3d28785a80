import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AccountsModule } from './accounts.module.js';
import { ApiKeyCache } from './api-key.cache.js';
import { ApiKeyController } from './api-key.controller.js';
import { ApiKeyService } from './api-key.service.js';
import { ApiKeyUsageRepository } from './api-key-usage.repository.js';
import { ApiKeyUses } from './api-key-uses.js';
import { ApiKeyGuard } from './api-key.guard.js';
import { PingController } from './ping.controller.js';
import { ProfileGroupController } from './profile-group.controller.js';
import { ProfileController } from './profile.controller.js';
import { RateLimiter } from './rate-limiter.js';

@Module({
  imports: [AccountsModule],
  controllers: [ApiKeyController, PingController, ProfileController, ProfileGroupController],
  providers: [ApiKeyCache, ApiKeyService, ApiKeyUses, ApiKeyUsageRepository, RateLimiter, { provide: APP_GUARD, useClass: ApiKeyGuard }],
})
export class AccountsApiModule {}
