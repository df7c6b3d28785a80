import { describe, expect, it } from 'vitest';
import { batchSize, mostPending, nextStep, type ReplayStanding, type ReplayStep } from './replay.rules.js';

const fresh: ReplayStanding = { status: 'running', isEndpointEnabled: true, isRead: false, pending: 0 };

describe('nextStep', () => {
  it.each<[string, Partial<ReplayStanding>, ReplayStep]>([
    ['makes deliveries at first', {}, { kind: 'make' }],
    ['goes on while there is room for a batch', { pending: mostPending - batchSize }, { kind: 'make' }],
    ['waits while there is none', { pending: mostPending - batchSize + 1 }, { kind: 'wait', pauseMs: 1_000 }],
    ['makes nothing for an endpoint that is not enabled', { isEndpointEnabled: false }, { kind: 'wait', pauseMs: 30_000 }],
    ['waits for what is sent', { isRead: true, pending: 1 }, { kind: 'wait', pauseMs: 2_000 }],
    ['waits longer when nothing is sent', { isRead: true, pending: 1, isEndpointEnabled: false }, { kind: 'wait', pauseMs: 30_000 }],
    ['is over when nothing waits', { isRead: true }, { kind: 'finish' }],
    ['is over whether or not the endpoint is enabled', { isRead: true, isEndpointEnabled: false }, { kind: 'finish' }],
    ['cancels what waits', { status: 'cancelled', pending: 5 }, { kind: 'cancel' }],
    ['cancels for an endpoint that is not enabled too', { status: 'cancelled', pending: 5, isEndpointEnabled: false }, { kind: 'cancel' }],
    ['is over when all is cancelled, wherever it was', { status: 'cancelled' }, { kind: 'finish' }],
    ['stays over', { status: 'completed', pending: 3 }, { kind: 'finish' }],
  ])('%s', (_name, change, step) => expect(nextStep({ ...fresh, ...change })).toEqual(step));
});
