import type { DynamicModule, Type } from '@nestjs/common';
import { ClockModule } from '#infra/clock/clock.module';
import type { ProcessSettings } from '#infra/config/process-settings';
import { SettingsModule } from '#infra/config/settings.module';
import { StoredSecretsModule } from '#infra/crypto/stored-secrets.module';
import { DatabaseModule } from '#infra/database/database.module';
import type { Logger } from '#infra/logging/logger';
import { LoggingModule } from '#infra/logging/logging.module';
import { MetricsModule } from '#infra/metrics/metrics.module';
import { WritesModule } from '#infra/writes/writes.module';

/** The global modules that every process of ours stands on. `isWalled`: repositories see one workspace's rows only, that of the call. */
export function processModules(settings: ProcessSettings, logger: Logger, { isWalled }: { isWalled: boolean }): (DynamicModule | Type)[] {
  const database = DatabaseModule.connect(settings.databaseUrl, { isWalled });
  return [SettingsModule.for(settings), ClockModule.with(), LoggingModule.with(logger), MetricsModule, database, StoredSecretsModule, WritesModule];
}
