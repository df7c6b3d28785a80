import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { ProcessSettings } from '#infra/config/process-settings';
import { configureHttp, createHttpAdapter } from '#infra/http/http-server';
import { createLogger, type Logger } from '#infra/logging/logger';
import { Metrics } from '#infra/metrics/metrics';
import { serveMetrics } from '#infra/metrics/metrics-server';
import { NestLogger } from '#infra/logging/nest-logger';
import type { RunningProcess } from '#infra/process/run-process';
import { openTracing } from '#infra/tracing/open-tracing';
import { ApiModule } from './api.module.js';
import { serveOpenApi } from './openapi.js';
import { ReadinessService } from './system/readiness.service.js';

/** The application, configured and not yet listening. */
export async function createApi(settings: ProcessSettings, logger: Logger): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(ApiModule.for(settings, logger), createHttpAdapter(), { logger: new NestLogger(logger), abortOnError: false });
  await configureHttp(app, logger);
  serveOpenApi(app);
  return app;
}

/** Starts the HTTP process and answers when it listens. */
export async function startApi(settings: ProcessSettings): Promise<RunningProcess> {
  const logger = createLogger({ name: 'api', level: settings.logLevel });
  const traces = await openTracing('heliograph-api', settings.tracing, logger);
  const app = await createApi(settings, logger);
  await app.listen(settings.port, settings.host);
  const url = await app.getUrl();
  const metrics = app.get(Metrics);
  const measured = await serveMetrics(settings.metrics, settings.metrics.port, { logger, metrics, beforeRead: () => app.get(ReadinessService).measure(metrics) });
  logger.info({ url }, 'API listens');
  return {
    url,
    close: async () => {
      await app.close();
      await measured?.close();
      await traces.close();
    },
  };
}
