import { randomUUID } from 'node:crypto';
import type { signBody, toSigningKey } from '#features/events/index';
import { causeOf, type FeedEvent } from './event-feed.js';

/** How events are signed: that of the pump, given in because loading it takes a second. */
export interface Signer {
  readonly signBody: typeof signBody;
  readonly toSigningKey: typeof toSigningKey;
}

export interface Forwarded {
  readonly isDelivered: boolean;
  /** `200` or why there is none. */
  readonly outcome: string;
  readonly milliseconds: number;
}

/** As long as webhooks wait. */
const timeoutMs = 30_000;

/** Sends events to a receiver on this machine as a webhook would, once each. */
export class Forwarder {
  constructor(
    private readonly url: string,
    private readonly secret: string,
    private readonly signer: Signer,
  ) {}

  async forward(event: FeedEvent, now: Date): Promise<Forwarded> {
    const body = JSON.stringify(event);
    const timestamp = Math.floor(now.getTime() / 1000);
    const signed = this.signer.signBody([this.signer.toSigningKey(this.secret)], { id: event.id, timestamp, body });
    const begun = performance.now();
    const done = (isDelivered: boolean, outcome: string): Forwarded => ({ isDelivered, outcome, milliseconds: Math.round(performance.now() - begun) });
    try {
      const response = await fetch(this.url, {
        method: 'POST',
        body,
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
        headers: {
          'content-type': 'application/json',
          'user-agent': 'Heliograph-Webhooks/1',
          'webhook-id': event.id,
          'webhook-timestamp': String(timestamp),
          'webhook-signature': signed.standard,
          'x-heliograph-event': event.type,
          'x-heliograph-delivery': `listen_${randomUUID()}`,
          'x-heliograph-signature': signed.timed,
        },
      });
      await response.body?.cancel();
      return done(response.ok, String(response.status));
    } catch (error) {
      return done(false, causeOf(error));
    }
  }
}
