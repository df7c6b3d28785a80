import { defineConfig } from 'prisma/config';

/** Only for the Prisma CLI (client generation). Migrations are applied by prisma/migrate.ts, which needs no native engine. */
export default defineConfig({ schema: 'prisma/schema' });
