import type { BenchRequest } from './row.js';

/** Closed loop: every connection asks again as soon as it is answered. Tells the ceiling; its latencies only say how long the queue is. */
export interface SaturatingLoad {
  readonly kind: 'saturating';
  readonly seconds: number;
  readonly connections: number;
}

/** Open loop: requests go out at their time whether or not earlier ones were answered. Tells latencies. */
export interface PacedLoad {
  readonly kind: 'paced';
  readonly seconds: number;
  readonly perSecond: number;
}

export interface LoadOrder {
  readonly id: number;
  readonly url: string;
  readonly request: BenchRequest;
  readonly headers: Readonly<Record<string, string>>;
  readonly load: SaturatingLoad | PacedLoad;
}

export interface LoadResult {
  /** Answers with 2xx. */
  readonly answered: number;
  /** Any other answer, and none at all. */
  readonly failed: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}
