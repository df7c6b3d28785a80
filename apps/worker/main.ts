import 'reflect-metadata';
import { readProcessSettings } from '#infra/config/process-settings';
import { runProcess } from '#infra/process/run-process';
import { startWorker } from './worker.js';

await runProcess(() => startWorker(readProcessSettings()));
