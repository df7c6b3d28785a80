import { PrismaPg } from '@prisma/adapter-pg';
import { Pool } from 'pg';
import { Prisma, PrismaClient } from './generated/client.js';
import { DirectStatements } from './direct-statements.js';
import { createStatementNames } from './statement-names.js';
import { TenantPool } from './tenant-pool.js';

export { Prisma };
export type * from './generated/client.js';
export type { SqlRunner } from './direct-statements.js';

export interface DatabaseOptions {
  readonly url: string;
  /** Connections of this process. */
  readonly poolSize?: number;
  /** Only rows of the workspace whose call is being answered can be seen and written; see `TenantPool`. */
  readonly isWalled?: boolean;
}

const longestStatementMs = 15_000;

/** The one door to PostgreSQL. Only repositories may hold it. */
export class Database extends PrismaClient {
  /** For the one statement of a hot path; everything else goes through Prisma. */
  readonly direct: DirectStatements;

  constructor(options: DatabaseOptions) {
    const config = {
      connectionString: options.url,
      max: options.poolSize ?? 10,
      connectionTimeoutMillis: 5_000,
      idleTimeoutMillis: 30_000,
      // A query that hangs holds a connection and a lease; nothing of ours needs longer.
      statement_timeout: longestStatementMs,
    };
    const pool = options.isWalled ? new TenantPool(config) : new Pool(config);
    pool.on('connect', (client) => client.on('error', heardElsewhere));
    const nameOf = createStatementNames();
    super({
      // The usual format repeats the arguments of a call that Prisma refuses, and with them texts of users.
      errorFormat: 'minimal',
      // As long as a query waits for a connection; the usual two seconds refuse what a moment's crowd would let through. And longer than
      // a statement may take: the usual five seconds undid writes that only waited for their turn at a row.
      transactionOptions: { maxWait: 5_000, timeout: longestStatementMs + 5_000 },
      adapter: new PrismaPg(pool, { statementNameGenerator: nameOf, disposeExternalPool: true }),
    });
    this.direct = new DirectStatements(pool, nameOf);
  }

  /** Last of all: running jobs write their outcome in `onModuleDestroy` and `beforeApplicationShutdown`. */
  async onApplicationShutdown(): Promise<void> {
    await this.$disconnect();
  }
}

/**
 * A lost connection fails the query that it was to serve, or is taken out of the pool. While it is handed over nobody listens to it, and
 * an 'error' that nobody listens to ends the process.
 */
function heardElsewhere(): void {}

/**
 * The same database without the wall between tenants, for what is asked before the tenant is known (whose key is it?) or of all
 * of them. test/architecture/tenants.spec.ts lists who may hold it, and why.
 */
export class SystemDatabase extends Database {}
