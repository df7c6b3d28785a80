import Fastify from 'fastify';
import { Pool } from 'pg';
import type { Stage } from '../harness/row.js';
import { findRow } from '../rows/index.js';

// The floor: Fastify and pg and nothing else. It knows no keys, rules or logs; it is what the SQL and the HTTP cost by themselves.
const [name = '', stageText = '{}'] = process.argv.slice(2);
const stage = JSON.parse(stageText) as Stage;
const server = Fastify();
// As many connections as a process of ours has.
const database = new Pool({ connectionString: stage.databaseUrl, max: 10 });
findRow(name).floor(server, database, stage);
const url = await server.listen({ host: '127.0.0.1', port: 0 });
process.send?.({ url });
for (const event of ['SIGTERM', 'disconnect']) process.on(event, () => process.exit());
