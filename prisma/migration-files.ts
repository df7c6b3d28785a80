import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

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
export function readMigrationFiles(root = findRoot()): MigrationFiles {
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

function findRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'prisma/migrations'))) {
    if (folder === dirname(folder)) throw new Error('prisma/migrations is missing beside the program');
    folder = dirname(folder);
  }
  return folder;
}
