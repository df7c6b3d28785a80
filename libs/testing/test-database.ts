import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { inject } from 'vitest';
import type {} from './global-setup.js';

export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** A database of one's own, migrated and empty, in some 30 ms. */
export function createTestDatabase(): Promise<TestDatabase> {
  return createDatabase(({ template }) => template);
}

/** Without our schema: for tests of the migrations themselves. */
export function createEmptyDatabase(): Promise<TestDatabase> {
  return createDatabase(() => 'template0');
}

async function createDatabase(templateOf: (server: { template: string }) => string): Promise<TestDatabase> {
  const server = inject('databaseServer');
  if (!server) throw new Error('Only *.int.spec.ts and *.e2e.spec.ts get a database: rename the test.');
  const name = `test_${randomBytes(8).toString('hex')}`;
  await administrate(server.url, `CREATE DATABASE ${name} TEMPLATE ${templateOf(server)}`);
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => administrate(server.url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

async function administrate(serverUrl: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: serverUrl });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}
