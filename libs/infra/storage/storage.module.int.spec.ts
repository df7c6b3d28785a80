import { mkdir, mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { describe, expect, it } from 'vitest';
import { ClockModule } from '#infra/clock/clock.module';
import { readSettings } from '#infra/config/settings';
import { SettingsModule } from '#infra/config/settings.module';
import { ObjectStorage } from './object-storage.port.js';
import { StorageModule } from './storage.module.js';
import { TempArea } from './temp-area.js';

@Module({})
class Root {}

describe('StorageModule', () => {
  it('provides storage and temp area in the data folder and clears old leftovers when it starts', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'storage-module-'));
    const left = join(dataDir, 'tmp', 'job-old');
    await mkdir(left, { recursive: true });
    await utimes(left, new Date(0), new Date(0));
    const imports = [SettingsModule.for(readSettings({ HELIOGRAPH_DATA: dataDir })), ClockModule.with(), StorageModule];
    const app = await NestFactory.createApplicationContext({ module: Root, imports }, { logger: false });
    expect(await readdir(join(dataDir, 'tmp'))).toEqual([]);
    expect((await app.get(TempArea).create()).startsWith(join(dataDir, 'tmp'))).toBe(true);
    expect(await app.get(ObjectStorage).stat('0'.repeat(64))).toBeNull();
    await app.close();
    await rm(dataDir, { recursive: true, force: true });
  });
});
