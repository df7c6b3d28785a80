import 'reflect-metadata';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NestFactory } from '@nestjs/core';
import type { OpenAPIObject } from '@nestjs/swagger';
import { readSettings } from '#infra/config/settings';
import { createHttpAdapter } from '#infra/http/http-server';
import { createLogger } from '#infra/logging/logger';
import { findProjectRoot } from '#infra/process/release';
import { ApiModule } from './api.module.js';
import { createOpenApi } from './openapi.js';

const nowhere = { ...readSettings({}), databaseUrl: 'postgresql://nowhere.invalid/heliograph' };

/** The API's description without running it: in preview mode Nest knows every route and makes no instance, so nothing is connected to. */
export async function describeApi(): Promise<OpenAPIObject> {
  const module = ApiModule.for(nowhere, createLogger({ name: 'openapi', level: 'silent' }));
  const app = await NestFactory.create(module, createHttpAdapter(), { preview: true, logger: false, abortOnError: false });
  return createOpenApi(app);
}

/** As docs/openapi.json holds it: paths and schemas by name, so that moving a controller changes nothing. */
export function toText(document: OpenAPIObject): string {
  const components = { ...document.components, schemas: byName(document.components?.schemas ?? {}) };
  return `${JSON.stringify({ ...document, paths: byName(document.paths), components }, null, 2)}\n`;
}

function byName<T>(entries: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** `npm run openapi` writes the file; with `--check` it only tells whether the file is what would be written. */
async function main(target: string, isCheck: boolean): Promise<void> {
  const text = toText(await describeApi());
  if (!isCheck) return writeFileSync(target, text);
  if (readFileSync(target, 'utf8') === text) return;
  process.stderr.write(`${target} is not what the sources say. Run "npm run openapi" and look at the difference.\n`);
  process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [target = join(findProjectRoot(), 'docs/openapi.json')] = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
  await main(target, process.argv.includes('--check'));
}
