import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import * as glue from '@prisma/schema-engine-wasm/schema_engine_bg';
import { Client } from 'pg';
import { EnginePool } from './engine-pool.js';
import type { MigrationFiles } from './migration-files.js';

/** Node has it; only the browser's type library, which we do not want, describes it. */
declare const WebAssembly: { instantiate(bytes: Uint8Array, imports: object): Promise<{ instance: { exports: EngineExports } }> };

interface EngineExports {
  readonly __wbindgen_start?: () => void;
}

let loaded: Promise<void> | null = null;

/** Prisma's schema engine in WebAssembly: no native download. Node cannot import .wasm here, so it is instantiated by hand. */
function loadEngine(): Promise<void> {
  loaded ??= (async () => {
    const entry = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm');
    const bytes = await readFile(entry.replace('schema_engine.js', 'schema_engine_bg.wasm'));
    const { instance } = await WebAssembly.instantiate(bytes, { './schema_engine_bg.js': { ...glue } });
    // The generated glue ships no types for its own plumbing.
    (glue as { __wbg_set_wasm?: (exports: EngineExports) => void }).__wbg_set_wasm?.(instance.exports);
    instance.exports.__wbindgen_start?.();
  })();
  return loaded;
}

/** Runs `use` with an engine on this database; connections and shadow databases are gone afterwards. */
export async function withSchemaEngine<T>(databaseUrl: string, files: MigrationFiles, use: (engine: glue.SchemaEngine) => Promise<T>): Promise<T> {
  await loadEngine();
  const pool = new EnginePool({ connectionString: databaseUrl, max: 4 });
  const adapters = new MigrationAdapters(pool, databaseUrl, files);
  const engine = await glue.SchemaEngine.new(
    { datamodels: files.schema.map(({ path, content }) => [path, content]) },
    () => undefined,
    bindMigrationAwareSqlAdapterFactory(adapters),
  );
  try {
    return await use(engine);
  } finally {
    engine.free();
    await pool.end();
    await adapters.dropShadowDatabases();
  }
}

type Adapter = Awaited<ReturnType<PrismaPg['connect']>>;

/**
 * Prisma's adapter cuts a script at every `;` (also inside functions and strings) and runs the pieces one by one, so that a failure
 * leaves half of it. Sent whole, PostgreSQL runs a script in one transaction. The mark "finished" joins that transaction:
 * after a crash, a migration is either done and marked, or neither.
 */
class MigrationAdapters extends PrismaPg {
  private readonly scripts: ReadonlySet<string>;
  private readonly shadows: { name: string; pool: EnginePool }[] = [];

  constructor(private readonly pool: EnginePool, private readonly databaseUrl: string, files: MigrationFiles) {
    super(pool);
    this.scripts = new Set(files.migrations.map(({ sql }) => sql));
  }

  override async connect(): Promise<Adapter> {
    return completed(await super.connect(), this.pool, (script) => (this.scripts.has(script) ? `${script}\n;${markFinished}` : script));
  }

  /** Prisma's own would set `database` beside a connection string, which wins: migrations would run in the real database. */
  override async connectToShadowDb(): Promise<Adapter> {
    const name = `heliograph_shadow_${crypto.randomUUID().replaceAll('-', '')}`;
    await this.administrate(`CREATE DATABASE "${name}" TEMPLATE template0`);
    const url = new URL(this.databaseUrl);
    url.pathname = `/${name}`;
    const pool = new EnginePool({ connectionString: url.href, max: 4 });
    this.shadows.push({ name, pool });
    return completed(await new PrismaPg(pool).connect(), pool, (script) => script);
  }

  async dropShadowDatabases(): Promise<void> {
    for (const { name, pool } of this.shadows) {
      await pool.end();
      await this.administrate(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
    }
  }

  private async administrate(sql: string): Promise<void> {
    const client = new Client({ connectionString: this.databaseUrl });
    await client.connect();
    await client.query(sql).finally(() => client.end());
  }
}

const markFinished = `
UPDATE "_prisma_migrations" SET "finished_at" = now(), "applied_steps_count" = 1 WHERE "finished_at" IS NULL AND "rolled_back_at" IS NULL;`;

/** What both the real and the shadow database need on top of Prisma's adapter. */
function completed(adapter: Adapter, pool: EnginePool, complete: (script: string) => string): Adapter {
  const queryRaw = adapter.queryRaw.bind(adapter);
  adapter.queryRaw = async (query) => pool.describeCharacters(await queryRaw(query));
  adapter.executeScript = async (script) => {
    await adapter.executeRaw({ sql: complete(script), args: [], argTypes: [] });
  };
  return adapter;
}
