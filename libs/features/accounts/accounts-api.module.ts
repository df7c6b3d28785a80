import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AccountsModule } from './accounts.module.js';
import { ApiKeyGuard } from './api-key.guard.js';
import { ConnectionCallbackController } from './connection-callback.controller.js';
import { ConnectionRepository } from './connection.repository.js';
import { ConnectionService } from './connection.service.js';
import { NetworkCallbackController } from './network-callback.controller.js';
import { NetworkCallbackRepository } from './network-callback.repository.js';
import { NetworkCallbackService } from './network-callback.service.js';
import { ProfileGroupController } from './profile-group.controller.js';
import { ProfileGroupService } from './profile-group.service.js';
import { ProfileHealthRepository } from './profile-health.repository.js';
import { ProfileHealthService } from './profile-health.service.js';
import { ProfileController } from './profile.controller.js';

@Module({
  imports: [AccountsModule],
  controllers: [ConnectionCallbackController, NetworkCallbackController, ProfileController, ProfileGroupController],
  providers: [
    ConnectionRepository, ConnectionService, NetworkCallbackRepository, NetworkCallbackService, ProfileGroupService, ProfileHealthRepository,
    ProfileHealthService, { provide: APP_GUARD, useClass: ApiKeyGuard },
  ],
})
export class AccountsApiModule {}
