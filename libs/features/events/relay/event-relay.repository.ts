import { Injectable } from '@nestjs/common';
import { crashPoint } from '#kernel/crash-point';
import { Prisma, SystemDatabase } from '#infra/database/database';
import type { RelayRound } from './relay.pace.js';

/** Delivery ids that fit into one millisecond. */
const idsEachMillisecond = 4_096;

/** Numbers events and makes their deliveries, of all workspaces; the SQL function `relay_events` says how. */
@Injectable()
export class EventRelayRepository {
  private idsFrom = 0;

  constructor(private readonly database: SystemDatabase) {}

  /** Whether a committed event has no number yet. */
  async isWaiting(): Promise<boolean> {
    const rows = await this.database.direct.$queryRaw<object[]>(Prisma.sql`SELECT 1 FROM event WHERE seq IS NULL ORDER BY created_at, id LIMIT 1`);
    return rows.length > 0;
  }

  /** One round: `most` events at most, in one transaction; none while another relay is at it. */
  async relay(now: Date, most: number): Promise<RelayRound> {
    // Ids of one relay go on where those of its last round ended, also within a millisecond.
    const idsFrom = Math.max(now.getTime(), this.idsFrom);
    const round = await this.database.$transaction(async (tx) => {
      // A process that stands still in between must not keep the others from relaying.
      await tx.$executeRaw`SELECT set_config('idle_in_transaction_session_timeout', '5000', true)`;
      const [done] = await tx.$queryRaw<RelayRound[]>`SELECT events, deliveries FROM relay_events(${now}, ${idsFrom}::bigint, ${most}::int)`;
      if (done && done.events > 0) await crashPoint('K9', 'relay');
      return done ?? { events: 0, deliveries: 0 };
    });
    this.idsFrom = idsFrom + Math.ceil(round.deliveries / idsEachMillisecond);
    return round;
  }
}
