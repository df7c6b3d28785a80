import type { FastifyInstance } from 'fastify';
import type { Pool } from 'pg';
import type { BenchRow, Stage } from '../harness/row.js';

/** What a key costs, and everything else around a handler that does nothing. */
export const pingRow: BenchRow = {
  name: 'authenticated ping',
  request: () => ({ method: 'GET', path: '/api/ping' }),
  floor: pingFloor,
  // The floor knows no keys.
  volatile: ['key_id'],
  // Far enough below what is measured, and above where it stood when each log line was redacted and each empty query validated.
  atLeast: 0.18,
};

function pingFloor(server: FastifyInstance, _database: Pool, { workspaceId, profileGroupId }: Stage): void {
  server.get('/api/ping', () => Promise.resolve({ workspace_id: workspaceId, key_id: 'key_06f3k2v4n8q7r9s0t1w2x3y4z5', profile_group_id: profileGroupId }));
}
