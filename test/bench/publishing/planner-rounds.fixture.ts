import { SystemDatabase } from '#infra/database/database';
import { PublishLeaseRepository } from '#features/publishing/publish-lease.repository';
import { after, seconds } from '#kernel/clock';

/** What the planner asks in a round, so many times, over a connection of its own. @returns ms each */
export async function timePlannerRounds(databaseUrl: string, rounds: number): Promise<number[]> {
  const database = new SystemDatabase({ url: databaseUrl, poolSize: 1 });
  const leases = new PublishLeaseRepository(database);
  const times: number[] = [];
  try {
    // Only what is connected ends its pool.
    await database.$connect();
    while (times.length < rounds) {
      const now = new Date();
      const begun = performance.now();
      await leases.claimDue(now);
      await leases.nextDue(now, after(now, seconds(0.4)));
      times.push(performance.now() - begun);
    }
    return times;
  } finally {
    await database.$disconnect();
  }
}
