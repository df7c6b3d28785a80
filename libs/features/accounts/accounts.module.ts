import { Module } from '@nestjs/common';
import { CryptoModule } from '#infra/crypto/crypto.module';
import { ApiKeyRepository } from './api-key.repository.js';
import { ProfileGroupRepository } from './profile-group.repository.js';
import { ProfileRepository } from './profile.repository.js';
import { ProfileService } from './profile.service.js';

@Module({
  imports: [CryptoModule],
  providers: [ApiKeyRepository, ProfileGroupRepository, ProfileRepository, ProfileService],
  exports: [ApiKeyRepository, ProfileGroupRepository, ProfileService],
})
export class AccountsModule {}
