import 'reflect-metadata';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { OpenAPIObject } from '@nestjs/swagger';
import { readSettings } from '#infra/config/settings';
import { createHttpAdapter } from '#infra/http/http-server';
import { createLogger } from '#infra/logging/logger';
import { findProjectRoot } from '#infra/process/release';
import { ApiModule } from './api.module.js';
import { createOpenApi } from './openapi.js';

/** The API as Nest's preview mode builds it: every route is known, no instance is made, so nothing is connected to. */
export async function previewApi(): Promise<INestApplication> {
  const settings = { ...readSettings({}), databaseUrl: 'postgresql://nowhere.invalid/heliograph' };
  const module = ApiModule.for(settings, createLogger({ name: 'openapi', level: 'silent' }));
  return NestFactory.create(module, createHttpAdapter(), { preview: true, logger: false, abortOnError: false });
}

/** As docs/openapi.json holds it: paths and schemas by name, so that moving a controller changes nothing. */
function toText(document: OpenAPIObject): string {
  const components = { ...document.components, schemas: byName(document.components?.schemas ?? {}) };
  return `${JSON.stringify({ ...document, paths: byName(document.paths), components }, null, 2)}\n`;
}

function byName<T>(entries: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** @returns a sentence when the file is not what the sources say */
export async function findDrift(file: string): Promise<string | null> {
  const isCurrent = readFileSync(file, 'utf8') === toText(createOpenApi(await previewApi()));
  return isCurrent ? null : `${file} is not what the sources say. Run "npm run openapi" and look at the difference.`;
}

/** `npm run openapi` writes the file; with `--check` it only tells whether it would change it. */
async function main(isCheck: boolean): Promise<void> {
  const file = join(findProjectRoot(), 'docs/openapi.json');
  if (!isCheck) return writeFileSync(file, toText(createOpenApi(await previewApi())));
  const drift = await findDrift(file);
  if (drift === null) return;
  process.stderr.write(`${drift}\n`);
  process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.includes('--check'));
