import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { UndeclaredBodyGuard } from '#infra/http/undeclared-body.guard';
import { AccountsModule } from './accounts.module.js';
import { ApiKeyCache } from './api-key.cache.js';
import { ApiKeyController } from './api-key.controller.js';
import { ApiKeyService } from './api-key.service.js';
import { ApiKeyLookupRepository } from './api-key-lookup.repository.js';
import { ApiKeyUsageRepository } from './api-key-usage.repository.js';
import { ApiKeyUses } from './api-key-uses.js';
import { ApiKeyGuard } from './api-key.guard.js';
import { AuditController } from './audit.controller.js';
import { AuditListRepository } from './audit-list.repository.js';
import { ConnectionCallbackController } from './connection-callback.controller.js';
import { ConnectionReturnRepository } from './connection-return.repository.js';
import { ConnectionRepository } from './connection.repository.js';
import { ConnectionReturnService } from './connection-return.service.js';
import { ConnectionService } from './connection.service.js';
import { NetworkCallbackController } from './network-callback.controller.js';
import { NetworkCallbackRepository } from './network-callback.repository.js';
import { NetworkCallbackService } from './network-callback.service.js';
import { PingController } from './ping.controller.js';
import { ProfileGroupController } from './profile-group.controller.js';
import { ProfileGroupService } from './profile-group.service.js';
import { ProfileHealthRepository } from './profile-health.repository.js';
import { ProfileHealthService } from './profile-health.service.js';
import { IceBreakerController } from './ice-breaker.controller.js';
import { ProfileLimitService } from './profile-limit.service.js';
import { ProfileNetworkService } from './profile-network.service.js';
import { ProfileRemovalService } from './profile-removal.service.js';
import { ProfileController } from './profile.controller.js';
import { RateLimiter } from './rate-limiter.js';

@Module({
  imports: [AccountsModule],
  controllers: [
    ApiKeyController, AuditController, ConnectionCallbackController, IceBreakerController, NetworkCallbackController, PingController, ProfileController,
    ProfileGroupController,
  ],
  providers: [
    ApiKeyCache, ApiKeyLookupRepository, ApiKeyService, ApiKeyUses, ApiKeyUsageRepository, AuditListRepository, ConnectionRepository,
    ConnectionReturnRepository, ConnectionReturnService, ConnectionService, NetworkCallbackRepository, NetworkCallbackService, ProfileGroupService,
    ProfileHealthRepository, ProfileHealthService, ProfileLimitService, ProfileNetworkService, ProfileRemovalService, RateLimiter,
    { provide: APP_GUARD, useClass: ApiKeyGuard },
    { provide: APP_GUARD, useClass: UndeclaredBodyGuard },
  ],
})
export class AccountsApiModule {}
