import 'reflect-metadata';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Injectable, Module, type Type } from '@nestjs/common';
import { ModulesContainer, NestFactory } from '@nestjs/core';
import { IsString } from 'class-validator';
import { describe, expect, it } from 'vitest';
import { SettingsModule } from '#infra/config/settings.module';
import { readSettings } from '#infra/config/settings';
import { createLogger } from '#infra/logging/logger';
import { LoggingModule } from '#infra/logging/logging.module';
import { MetricsModule } from '#infra/metrics/metrics.module';
import { defineJob, type JobDefinition } from '#infra/queue/job-definition';
import { DECLARED_JOBS } from '#infra/queue/job-dispatcher';
import { HandlesJob, JOB_HANDLER_METADATA } from '#infra/queue/job-handler';
import { QueueModule } from '#infra/queue/queue.module';
import { WorkerModule } from '../../apps/worker/worker.module.js';
import { projectRoot } from './planted-project.js';

const logger = createLogger({ name: 'jobs', level: 'silent' });
// Nothing listens there: a dispatcher that accepts its handlers goes on to ask the queue, and fails at that.
const settings = { ...readSettings({ REDIS_URL: 'redis://127.0.0.1:1' }), databaseUrl: 'postgresql://nowhere.invalid/heliograph' };

class Payload {
  @IsString() id!: string;
}
const plantedJob = defineJob({ name: 'planted', queue: 'planted', payload: Payload });
const otherJob = defineJob({ name: 'other', queue: 'planted', payload: Payload });

@Injectable()
@HandlesJob(plantedJob)
class FirstHandler {
  async handle(): Promise<void> { return; }
}

@Injectable()
@HandlesJob(plantedJob)
class SecondHandler {
  async handle(): Promise<void> { return; }
}

async function start(jobs: readonly JobDefinition<object>[], handlers: Type[]): Promise<string> {
  @Module({ imports: [SettingsModule.for(settings), LoggingModule.with(logger), MetricsModule, QueueModule.forWorker(jobs)], providers: handlers })
  class PlantedModule {}
  return NestFactory.createApplicationContext(PlantedModule, { logger: false, abortOnError: false }).then(
    () => 'started',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}

describe('a worker', () => {
  it('refuses to start when a declared job has no handler', async () => {
    expect(await start([plantedJob, otherJob], [FirstHandler])).toBe('Jobs without a handler: other');
  });

  it('refuses to start when a job has two', async () => {
    expect(await start([plantedJob], [FirstHandler, SecondHandler])).toBe('Job "planted" has more than one handler');
  });

  it('refuses to start when a handler is there for a job that is not declared', async () => {
    expect(await start([], [FirstHandler])).toBe('Job "planted" has a handler but is not declared for this process');
  });

  it('is content with exactly one', async () => {
    expect(await start([plantedJob], [FirstHandler])).toMatch(/^Redis does not answer/);
  });
});

/** Every `defineJob` of the features, found by its file and not by who imports it. */
async function definedJobs(): Promise<unknown[]> {
  const files = readdirSync(join(projectRoot, 'libs/features'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.job.ts'));
  const modules = await Promise.all(files.map((name) => import(join(projectRoot, 'libs/features', name)) as Promise<Record<string, unknown>>));
  return modules.flatMap((exports) => Object.values(exports)).filter((value) => typeof value === 'object' && value !== null && 'queue' in value);
}

describe('the worker process', () => {
  it('declares every job that a feature defines, and handles each once', async () => {
    const context = await NestFactory.createApplicationContext(WorkerModule.for(settings, logger), { preview: true, logger: false, abortOnError: false });
    const providers = [...context.get(ModulesContainer, { strict: false }).values()].flatMap((module) => [...module.providers.values()]);
    const declared = providers.find(({ token }) => token === DECLARED_JOBS)?.instance as unknown[];
    const classes = new Set(providers.map(({ metatype }) => metatype).filter((metatype) => typeof metatype === 'function'));
    const handled = [...classes].map((metatype): unknown => Reflect.getMetadata(JOB_HANDLER_METADATA, metatype)).filter((job) => job !== undefined);
    const defined = await definedJobs();
    expect(defined.length).toBeGreaterThan(0);
    expect(new Set(declared)).toEqual(new Set(defined));
    expect(handled).toHaveLength(defined.length);
    expect(new Set(handled)).toEqual(new Set(defined));
  });
});
