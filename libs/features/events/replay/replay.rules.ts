import { seconds } from '#kernel/clock';
import type { ReplayStatus } from './replay.record.js';

/** Events that one transaction looks at. */
export const batchSize = 1_000;
/** Deliveries of a replay that wait at once: what is made faster than it is sent only makes tables larger. */
export const mostPending = 20_000;

const pauses = { disabled: seconds(30), full: seconds(1), sending: seconds(2) };

export interface ReplayStanding {
  readonly status: ReplayStatus;
  readonly isEndpointEnabled: boolean;
  /** All events up to the last have been looked at. */
  readonly isRead: boolean;
  /** Deliveries that wait; counted up to `mostPending`. */
  readonly pending: number;
}

/** `make`: the next batch of deliveries; `cancel`: a batch of those that wait; `finish`: all are at their end; else look again later. */
export type ReplayStep = { readonly kind: 'make' | 'cancel' | 'finish' } | { readonly kind: 'wait'; readonly pauseMs: number };

/** What is next for a replay that is due. */
export function nextStep({ status, isEndpointEnabled, isRead, pending }: ReplayStanding): ReplayStep {
  if (status === 'completed') return { kind: 'finish' };
  if (status === 'cancelled') return { kind: pending > 0 ? 'cancel' : 'finish' };
  if (isRead && pending === 0) return { kind: 'finish' };
  if (!isEndpointEnabled) return { kind: 'wait', pauseMs: pauses.disabled };
  if (isRead) return { kind: 'wait', pauseMs: pauses.sending };
  return pending > mostPending - batchSize ? { kind: 'wait', pauseMs: pauses.full } : { kind: 'make' };
}
