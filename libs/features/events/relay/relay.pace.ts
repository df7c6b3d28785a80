/** Events of one round at most. */
export const fullBatch = 1_000;
/** Deliveries of one round, about: more would keep counters and pumps locked for longer than others should wait. */
const mostDeliveries = 20_000;

export interface RelayRound {
  readonly events: number;
  readonly deliveries: number;
}

/**
 * How many events the next round may take: as many as there is time for. A workspace with very many endpoints multiplies each event, and a round that
 * outlasts the limit of a statement is undone, so it must not be tried again as it was.
 *
 * @param round what the last one did with `batch`; null: it failed
 */
export function nextBatch(batch: number, round: RelayRound | null): number {
  if (!round) return Math.max(1, Math.floor(batch / 4));
  const affordable = round.deliveries === 0 ? fullBatch : Math.floor((mostDeliveries * round.events) / round.deliveries);
  return Math.max(1, Math.min(fullBatch, 2 * batch, affordable));
}
