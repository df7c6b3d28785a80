import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AccountsModule } from './accounts.module.js';
import { ApiKeyGuard } from './api-key.guard.js';
import { ProfileGroupController } from './profile-group.controller.js';
import { ProfileController } from './profile.controller.js';

@Module({
  imports: [AccountsModule],
  controllers: [ProfileController, ProfileGroupController],
  providers: [{ provide: APP_GUARD, useClass: ApiKeyGuard }],
})
export class AccountsApiModule {}
