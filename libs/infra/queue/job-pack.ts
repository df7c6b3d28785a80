/** One trigger as it travels: what its handler gets, and the thread of the request that caused it. */
export interface JobEnvelope {
  readonly payload: unknown;
  readonly requestId: string;
  /** Of the trace it belongs to (W3C `traceparent`). */
  readonly traceparent?: string;
}

/** What a job of the queue carries. */
export interface JobPack {
  readonly jobs: readonly JobEnvelope[];
}

/** As many jobs as this are spread over workers one by one; more travel together. */
const leastPacks = 20;
const largestPack = 25;

/**
 * A crowd goes in packs: adding, fetching and finishing a job costs a queue more than what most triggers lead to costs us, and of a thousand at one instant the last
 * would wait for the queue alone. Still enough packs for many workers.
 */
export function pack<Item>(items: readonly Item[]): Item[][] {
  const size = Math.min(largestPack, Math.max(1, Math.floor(items.length / leastPacks)));
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
}

/** @throws Error when it is no pack of ours */
export function readPack(data: unknown): JobEnvelope[] {
  if (typeof data !== 'object' || data === null || !('jobs' in data) || !Array.isArray(data.jobs)) throw new Error('A job without a pack');
  return data.jobs.map(readEnvelope);
}

function readEnvelope(data: unknown): JobEnvelope {
  if (typeof data !== 'object' || data === null || !('payload' in data)) throw new Error('A job without a payload');
  if (!('requestId' in data) || typeof data.requestId !== 'string') throw new Error('A job without a request id');
  const traceparent = 'traceparent' in data && typeof data.traceparent === 'string' ? { traceparent: data.traceparent } : {};
  return { payload: data.payload, requestId: data.requestId, ...traceparent };
}
