import 'reflect-metadata';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClockModule } from '#infra/clock/clock.module';
import { readSettings } from '#infra/config/settings';
import { SettingsModule } from '#infra/config/settings.module';
import { createLogger } from '#infra/logging/logger';
import { LoggingModule } from '#infra/logging/logging.module';
import { findProjectRoot } from '#infra/process/release';
import { NetworksModule } from '#networks/networks.module';
import { NetworkRegistry } from '#networks/port/network-registry';
import type { RuleDescription } from '#networks/port/rule-description';
import { rulesPage } from './rules-page.js';

@Module({})
class RulesRoot {}

/** The rules of every network, as an installation with these settings has them. Nothing is connected to. */
async function rulesUnder(environment: Readonly<Record<string, string>>): Promise<RuleDescription[]> {
  const settings = readSettings(environment);
  const imports = [SettingsModule.for(settings), ClockModule.with(), LoggingModule.with(createLogger({ name: 'rules', level: 'silent' })), NetworksModule];
  const context = await NestFactory.createApplicationContext({ module: RulesRoot, imports }, { logger: false, abortOnError: false });
  const networks = context.get(NetworkRegistry);
  const rules = networks.names().flatMap((name) => networks.get(name).validation.rules());
  await context.close();
  return rules;
}

async function page(): Promise<string> {
  const documented = new Map((await rulesUnder({ MEDIA_LIMITS: 'documented' })).map((rule) => [rule.id, rule]));
  return rulesPage((await rulesUnder({})).map((usual) => ({ usual, documented: documented.get(usual.id) ?? usual })));
}

/** @returns a sentence when the file is not what the sources say */
export async function findRulesDrift(file: string): Promise<string | null> {
  return readFileSync(file, 'utf8') === await page() ? null : `${file} is not what the sources say. Run "npm run rules" and look at the difference.`;
}

/** `npm run rules` writes the page; with `--check` it only tells whether it would change it. */
async function main(isCheck: boolean): Promise<void> {
  const file = join(findProjectRoot(), 'docs/rules.md');
  if (!isCheck) return writeFileSync(file, await page());
  const drift = await findRulesDrift(file);
  if (drift === null) return;
  process.stderr.write(`${drift}\n`);
  process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.includes('--check'));
