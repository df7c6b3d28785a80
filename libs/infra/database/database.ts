import { PrismaPg } from '@prisma/adapter-pg';
import { Prisma, PrismaClient } from './generated/client.js';
import { createStatementNames } from './statement-names.js';

export { Prisma };
export type * from './generated/client.js';

export interface DatabaseOptions {
  readonly url: string;
  /** Connections of this process. */
  readonly poolSize?: number;
}

/** The one door to PostgreSQL. Only repositories may hold it. */
export class Database extends PrismaClient {
  constructor(options: DatabaseOptions) {
    super({
      // The usual format repeats the arguments of a call that Prisma refuses, and with them texts of users.
      errorFormat: 'minimal',
      adapter: new PrismaPg(
        {
          connectionString: options.url,
          max: options.poolSize ?? 10,
          connectionTimeoutMillis: 5_000,
          idleTimeoutMillis: 30_000,
          // A query that hangs holds a connection and a lease; nothing of ours needs longer.
          statement_timeout: 15_000,
        },
        { statementNameGenerator: createStatementNames() },
      ),
    });
  }

  /** Last of all: running jobs write their outcome in `onModuleDestroy` and `beforeApplicationShutdown`. */
  async onApplicationShutdown(): Promise<void> {
    await this.$disconnect();
  }
}
