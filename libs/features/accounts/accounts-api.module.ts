import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AccountsModule } from './accounts.module.js';
import { ApiKeyCache } from './api-key.cache.js';
import { ApiKeyController } from './api-key.controller.js';
import { ApiKeyService } from './api-key.service.js';
import { ApiKeyUsageRepository } from './api-key-usage.repository.js';
import { ApiKeyUses } from './api-key-uses.js';
import { ApiKeyGuard } from './api-key.guard.js';
import { ConnectionCallbackController } from './connection-callback.controller.js';
import { ConnectionRepository } from './connection.repository.js';
import { ConnectionService } from './connection.service.js';
import { NetworkCallbackController } from './network-callback.controller.js';
import { NetworkCallbackRepository } from './network-callback.repository.js';
import { NetworkCallbackService } from './network-callback.service.js';
import { PingController } from './ping.controller.js';
import { ProfileGroupController } from './profile-group.controller.js';
import { ProfileGroupService } from './profile-group.service.js';
import { ProfileHealthRepository } from './profile-health.repository.js';
import { ProfileHealthService } from './profile-health.service.js';
import { ProfileRemovalService } from './profile-removal.service.js';
import { ProfileController } from './profile.controller.js';
import { RateLimiter } from './rate-limiter.js';

@Module({
  imports: [AccountsModule],
  controllers: [ApiKeyController, ConnectionCallbackController, NetworkCallbackController, PingController, ProfileController, ProfileGroupController],
  providers: [
    ApiKeyCache, ApiKeyService, ApiKeyUses, ApiKeyUsageRepository, ConnectionRepository, ConnectionService, NetworkCallbackRepository,
    NetworkCallbackService, ProfileGroupService, ProfileHealthRepository, ProfileHealthService, ProfileRemovalService, RateLimiter,
    { provide: APP_GUARD, useClass: ApiKeyGuard },
  ],
})
export class AccountsApiModule {}
