import type { Breaker } from './circuit-breaker.js';
import type { EndpointHealth } from './endpoint-health.js';

/** An endpoint that one worker delivers to, as it was when the lease was taken. */
export interface PumpHold {
  readonly workspaceId: string;
  readonly endpointId: string;
  readonly profileGroupId: string | null;
  readonly url: string;
  readonly maxConcurrency: number;
  readonly maxPerSecond: number | null;
  readonly lease: string;
  /** How often its owner had let it begin anew by then. */
  readonly epoch: number;
  readonly standing: Standing;
}

/** What its calls have shown. Only the holder of the lease writes it, so it is kept in memory and written whole, unless its owner let it begin anew meanwhile (`epoch`). */
export interface Standing {
  readonly breaker: Breaker;
  readonly health: EndpointHealth;
}

export interface DueDelivery {
  readonly id: string;
  readonly createdAt: Date;
  readonly eventId: string;
  readonly eventType: string;
  readonly eventCreatedAt: Date;
  readonly kind: 'event' | 'test' | 'redelivery' | 'replay';
  readonly attempts: number;
  readonly nextAttemptAt: Date;
  /** What is sent; null: the event is gone. */
  readonly content: string | null;
}
