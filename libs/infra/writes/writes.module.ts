import { Global, Module } from '@nestjs/common';
import { CryptoModule } from '#infra/crypto/crypto.module';
import { IdempotencyRepository } from './idempotency.repository.js';
import { UnitOfWork } from './unit-of-work.js';

/** What every feature of the API writes through. */
@Global()
@Module({ imports: [CryptoModule], providers: [IdempotencyRepository, UnitOfWork], exports: [IdempotencyRepository, UnitOfWork] })
export class WritesModule {}
