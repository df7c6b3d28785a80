import { setTimeout as pause } from 'node:timers/promises';
import { FeedAway, type EventFeed, type FeedEvent } from './event-feed.js';
import type { Forwarder } from './forwarder.js';

export interface ListenerOptions {
  readonly feed: EventFeed;
  /** Null: events are only printed. */
  readonly forwarder: Forwarder | null;
  readonly print: (line: string) => void;
  /** A line for each event. */
  readonly format: (event: FeedEvent) => string;
  /** What is no event goes here, so that events can be piped. */
  readonly note: (line: string) => void;
  /** Between attempts to reach the API. */
  readonly pausesMs: readonly number[];
}

/** Follows the feed until it is told to stop: prints each event, and forwards it before the next one. */
export class Listener {
  private failures = 0;

  constructor(private readonly options: ListenerOptions) {}

  /** @param after a `seq`, or `now` @returns the cursor to go on with; null when it was stopped before it had one */
  async run(after: string, stop: AbortSignal): Promise<string | null> {
    const { feed } = this.options;
    let cursor = after === 'now' ? await this.patiently(() => feed.latest(stop), stop) : after;
    while (cursor !== null && !stop.aborted) {
      const from = cursor;
      const page = await this.patiently(() => feed.next(from, stop), stop);
      if (!page) break;
      for (const event of page.events) {
        if (stop.aborted) return cursor;
        await this.tell(event);
        cursor = String(event.seq ?? cursor);
      }
      cursor = page.cursor;
    }
    return cursor;
  }

  private async tell(event: FeedEvent): Promise<void> {
    const { forwarder, print, format, note } = this.options;
    print(format(event));
    if (!forwarder) return;
    const { isDelivered, outcome, milliseconds } = await forwarder.forward(event, new Date());
    note(`${isDelivered ? '✓' : '✗'} ${event.id} ${outcome} in ${milliseconds} ms`);
  }

  /** Null: it was stopped. */
  private async patiently<T>(work: () => Promise<T>, stop: AbortSignal): Promise<T | null> {
    const { note, pausesMs } = this.options;
    while (!stop.aborted) {
      try {
        const result = await work();
        if (this.failures > 0) note('The API is back.');
        this.failures = 0;
        return result;
      } catch (error) {
        if (stop.aborted) return null;
        if (!(error instanceof FeedAway)) throw error;
        const waitMs = Math.max(error.retryAfterMs, pausesMs[Math.min(this.failures, pausesMs.length - 1)] ?? 0);
        if (this.failures === 0) note(`Waiting: ${error.message}.`);
        this.failures += 1;
        await pause(waitMs, undefined, { signal: stop }).catch((reason: unknown) => {
          if (!stop.aborted) throw reason;
        });
      }
    }
    return null;
  }
}
