import { Database } from '#infra/database/database';
import { ReplayRepository } from '#features/events/replay/replay.repository';
import type { ReplayScope } from '#features/events/replay/replay.record';

/** Begins a replay of all events of the last hour, as the API does. @returns its id, and how many events are in it */
export async function beginReplay(databaseUrl: string, workspaceId: string, endpointId: string): Promise<{ id: string; total: number }> {
  const database = new Database({ url: databaseUrl, poolSize: 1 });
  try {
    // Only what is connected ends its pool.
    await database.$connect();
    const replays = new ReplayRepository(database);
    const now = new Date();
    const scope: ReplayScope = { from: new Date(now.getTime() - 3_600_000), to: now, events: [], onlyFailed: false, onlyMissed: false };
    const extent = await replays.measure(workspaceId, endpointId, scope);
    const id = await replays.create(workspaceId, endpointId, scope, extent, now, database.direct);
    if (id === null) throw new Error('Another replay is running');
    return { id, total: extent.total };
  } finally {
    await database.$disconnect();
  }
}
