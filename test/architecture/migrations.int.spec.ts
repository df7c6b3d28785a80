import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEmptyDatabase, type TestDatabase } from '#testing/test-database';
import { schemaDiff } from '../../prisma/migrate.js';
import { readMigrationFiles } from '../../prisma/migration-files.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createEmptyDatabase();
});
afterAll(() => database.drop());

describe('the migrations', () => {
  it('add up to prisma/schema', async () => expect(await schemaDiff(database.url)).toBe(''));

  it('are reported when the schema has a model that no migration makes', async () => {
    const files = readMigrationFiles();
    const schema = [...files.schema, { path: 'prisma/schema/planted.prisma', content: 'model Planted {\n  id String @id\n}\n' }];
    expect(await schemaDiff(database.url, { ...files, schema })).toContain('CREATE TABLE "Planted"');
  });
});
