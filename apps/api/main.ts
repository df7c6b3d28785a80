import 'reflect-metadata';
import { readProcessSettings } from '#infra/config/process-settings';
import { runProcess } from '#infra/process/run-process';
import { startApi } from './api.js';

await runProcess(() => startApi(readProcessSettings()));
