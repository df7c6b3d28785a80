import { Module } from '@nestjs/common';
import { CryptoModule } from './crypto.module.js';
import { StoredSecretsGuard } from './stored-secrets.guard.js';
import { StoredSecretsRepository } from './stored-secrets.repository.js';

@Module({ imports: [CryptoModule], providers: [StoredSecretsGuard, StoredSecretsRepository] })
export class StoredSecretsModule {}
