import { NestFactory } from '@nestjs/core';
import type { ProcessSettings } from '#infra/config/process-settings';
import { createLogger } from '#infra/logging/logger';
import { NestLogger } from '#infra/logging/nest-logger';
import type { RunningProcess } from '#infra/process/run-process';
import { WorkerModule } from './worker.module.js';

/** Starts the queue process and answers when it takes jobs. Closing waits for the outside call under way. */
export async function startWorker(settings: ProcessSettings): Promise<RunningProcess> {
  const logger = createLogger({ name: 'worker', level: settings.logLevel });
  const app = await NestFactory.createApplicationContext(WorkerModule.for(settings, logger), { logger: new NestLogger(logger), abortOnError: false });
  logger.info({}, 'Worker takes jobs');
  return { close: () => app.close() };
}
