import { NestFactory } from '@nestjs/core';
import type { ProcessSettings } from '#infra/config/process-settings';
import { createLogger } from '#infra/logging/logger';
import { Metrics } from '#infra/metrics/metrics';
import { serveMetrics } from '#infra/metrics/metrics-server';
import { NestLogger } from '#infra/logging/nest-logger';
import type { RunningProcess } from '#infra/process/run-process';
import { openTracing } from '#infra/tracing/open-tracing';
import { WorkerModule } from './worker.module.js';

/** Starts the queue process and answers when it takes jobs. Closing waits for the outside call under way. */
export async function startWorker(settings: ProcessSettings): Promise<RunningProcess> {
  const logger = createLogger({ name: 'worker', level: settings.logLevel });
  const traces = await openTracing('heliograph-worker', settings.tracing, logger);
  const app = await NestFactory.createApplicationContext(WorkerModule.for(settings, logger), { logger: new NestLogger(logger), abortOnError: false });
  const measured = await serveMetrics(settings.metrics, settings.metrics.workerPort, { logger, metrics: app.get(Metrics) });
  logger.info({}, 'Worker takes jobs');
  return {
    close: async () => {
      await app.close();
      await measured?.close();
      await traces.close();
    },
  };
}
