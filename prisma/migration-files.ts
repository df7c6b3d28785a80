import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
// Relative, also across layers: Vitest resolves a global setup without our `source` condition.
import { findProjectRoot } from '../libs/infra/process/release.js';

export interface Migration {
  readonly name: string;
  readonly sql: string;
}

export interface MigrationFiles {
  /** Absolute folder of the migrations. */
  readonly folder: string;
  /** In the order they apply. */
  readonly migrations: readonly Migration[];
  /** The schema they must add up to. */
  readonly schema: readonly { readonly path: string; readonly content: string }[];
}

/** Neither .sql nor .prisma files are copied to dist/, so both builds look in the repository. */
export function readMigrationFiles(root = findProjectRoot()): MigrationFiles {
  const folder = join(root, 'prisma/migrations');
  const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name).sort();
  return {
    folder,
    migrations: names.map((name) => ({ name, sql: readFileSync(join(folder, name, 'migration.sql'), 'utf8') })),
    schema: readdirSync(join(root, 'prisma/schema'))
      .filter((name) => name.endsWith('.prisma'))
      .sort()
      .map((name) => join(root, 'prisma/schema', name))
      .map((path) => ({ path: relative(root, path), content: readFileSync(path, 'utf8') })),
  };
}
