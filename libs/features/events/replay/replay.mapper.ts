import type { WebhookReplay } from '#infra/database/database';
import type { ReplayRecord } from './replay.record.js';

export interface ReplayCounts {
  readonly replayId: string;
  readonly state: string;
  readonly count: number;
}

/** `counts`: of its deliveries; needed while it has not written down itself how they ended. */
export function toReplay(row: WebhookReplay, counts: readonly ReplayCounts[]): ReplayRecord {
  const countOf = (state: string): number => counts.find((each) => each.state === state)?.count ?? 0;
  const isOver = row.delivered !== null;
  return {
    id: row.id,
    endpointId: row.endpointId,
    from: row.fromAt,
    to: row.toAt,
    events: row.events,
    onlyFailed: row.onlyFailed,
    onlyMissed: row.onlyMissed,
    status: row.status,
    total: Number(row.total),
    queued: Number(row.queued),
    delivered: isOver ? Number(row.delivered) : countOf('delivered'),
    failed: isOver ? Number(row.failed) : countOf('dead'),
    pending: isOver ? 0 : countOf('pending'),
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    finishedAt: row.finishedAt,
  };
}
