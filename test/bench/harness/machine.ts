import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';

/** What the figures were measured on, one fact a line. */
export async function describeMachine(databaseUrl: string, folder: string): Promise<string[]> {
  const database = new Client({ connectionString: databaseUrl });
  await database.connect();
  const { rows } = await database.query<{ name: string; setting: string }>(
    `SELECT name, current_setting(name) AS setting FROM pg_settings
     WHERE name IN ('server_version', 'fsync', 'synchronous_commit', 'full_page_writes', 'wal_sync_method', 'shared_buffers') ORDER BY name`,
  ).finally(() => database.end());
  const setting = new Map(rows.map((row) => [row.name, row.setting]));
  const durability = ['fsync', 'synchronous_commit', 'full_page_writes', 'wal_sync_method', 'shared_buffers'].map((name) => `${name}=${setting.get(name)}`);
  if (setting.get('fsync') !== 'on' || setting.get('synchronous_commit') !== 'on') throw new Error(`PostgreSQL is not durable here: ${durability.join(', ')}`);
  return [
    `Machine     ${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GB, ${type()} ${release()}, load ${(loadavg()[0] ?? 0).toFixed(1)} before`,
    `Disk        ${flushesPerSecond(folder)} flushes/s of 8 KB`,
    `Node        ${process.versions.node}`,
    `PostgreSQL  ${setting.get('server_version')}, ${durability.join(', ')}`,
  ];
}

/** A write path's ceiling without group commit, and the quickest way to see a disk that lies. */
function flushesPerSecond(folder: string): number {
  const path = join(folder, 'flush-probe');
  const file = openSync(path, 'w');
  const block = Buffer.alloc(8192, 1);
  const begun = performance.now();
  let flushes = 0;
  for (; performance.now() - begun < 500; flushes += 1) {
    writeSync(file, block, 0, block.length, 0);
    fdatasyncSync(file);
  }
  closeSync(file);
  rmSync(path);
  return Math.round(flushes * 2);
}
