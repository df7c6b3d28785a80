import { SystemDatabase } from '#infra/database/database';
import { EventRelayRepository } from '#features/events/relay/event-relay.repository';
import { fullBatch } from '#features/events/relay/relay.pace';

/** Relays everything that waits, over one connection, as a worker does. @returns events and ms */
export async function timeRelay(databaseUrl: string): Promise<{ events: number; ms: number }> {
  const database = new SystemDatabase({ url: databaseUrl, poolSize: 1 });
  const relay = new EventRelayRepository(database);
  try {
    // Only what is connected ends its pool.
    await database.$connect();
    await relay.isWaiting();
    const begun = performance.now();
    for (let events = 0; ; ) {
      const round = await relay.relay(new Date(), fullBatch);
      if (round.events === 0) return { events, ms: performance.now() - begun };
      events += round.events;
    }
  } finally {
    await database.$disconnect();
  }
}
