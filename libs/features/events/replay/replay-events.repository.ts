import { Prisma } from '#infra/database/database';
import type { ReplayScope } from './replay.record.js';

/** Deliveries are made after their event; by how much clocks of processes may differ. */
const clockSlack = '1 hour';

/**
 * The events of the event table `e` that a replay for the endpoint `w` sends, of those in its range. `webhook_wants` is also what the relay asks, so a replay
 * sends what would have been sent; as there, nobody is told through an endpoint that this very endpoint fails. Deliveries are looked for from the beginning of the range on: their weeks before it need not be opened.
 */
export function isWanted({ from, events, onlyFailed, onlyMissed }: Omit<ReplayScope, 'to'>): Prisma.Sql {
  const type = events.length > 0 ? Prisma.sql`AND webhook_wants(${events}::text[], NULL, '{}', e.type, e.profile_group_id, e.data)` : Prisma.empty;
  const without = (state: Prisma.Sql): Prisma.Sql => Prisma.sql`AND NOT EXISTS (SELECT FROM webhook_delivery d WHERE d.workspace_id = e.workspace_id AND d.endpoint_id = w.id AND d.event_id = e.id
        AND ${state} AND d.created_at >= ${from}::timestamptz - ${clockSlack}::interval)`;
  const failed = onlyFailed ? without(Prisma.sql`d.state = 'delivered'`) : Prisma.empty;
  const missed = onlyMissed ? without(Prisma.sql`d.state <> 'cancelled'`) : Prisma.empty;
  return Prisma.sql`webhook_wants(w.events, w.profile_group_id, w.profile_ids, e.type, e.profile_group_id, e.data)
        AND NOT (e.type IN ('webhook.failing', 'webhook.disabled') AND e.data ->> 'id' = w.id) ${type} ${failed} ${missed}`;
}
