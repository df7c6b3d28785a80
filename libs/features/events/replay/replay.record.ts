/** Which events a replay sends again. */
export interface ReplayScope {
  readonly from: Date;
  readonly to: Date;
  /** Types, `post.*` or `*`, of those the endpoint is subscribed to; empty: all of them. */
  readonly events: readonly string[];
  /** Only events of which nothing has arrived. */
  readonly onlyFailed: boolean;
  /** Only events of which there is no delivery, but for cancelled ones. */
  readonly onlyMissed: boolean;
}

export type ReplayStatus = 'running' | 'completed' | 'cancelled';

/** A replay and how far it is. */
export interface ReplayRecord extends ReplayScope {
  readonly id: string;
  readonly endpointId: string;
  readonly status: ReplayStatus;
  /** Events in it when it began. */
  readonly total: number;
  /** Events that are deliveries by now. */
  readonly queued: number;
  readonly delivered: number;
  readonly failed: number;
  readonly pending: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** When its last delivery was at its end; null: not yet. */
  readonly finishedAt: Date | null;
}
