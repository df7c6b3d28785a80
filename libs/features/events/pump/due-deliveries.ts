import type { Clock } from '#kernel/clock';
import type { DueDelivery, PumpHold } from './pump-hold.js';
import type { WebhookPumpRepository } from './webhook-pump.repository.js';

const batch = 200;
/** Below it the next batch is fetched, while calls go on. */
const fewLeft = 100;
/** While calls are under way, what has come due meanwhile is looked for this often, in milliseconds. */
const lookAgain = 50;

/** What is due in a pump, in order and read ahead. What was handed out and is not settled yet is not read again. */
export class DueDeliveries {
  private waiting: DueDelivery[] = [];
  private readonly unsettled = new Set<string>();
  private last: DueDelivery | null = null;
  private reading: Promise<void> | null = null;
  private readAt = Number.NEGATIVE_INFINITY;
  private isAtEnd = false;

  constructor(private readonly hold: PumpHold, private readonly repository: WebhookPumpRepository, private readonly clock: Clock) {}

  /** Nothing was left when it was looked for last. */
  get isEmpty(): boolean {
    return this.waiting.length === 0 && this.isAtEnd && this.reading === null;
  }

  get unsettledCount(): number {
    return this.unsettled.size;
  }

  next(): DueDelivery | undefined {
    const delivery = this.waiting.shift();
    if (delivery) this.unsettled.add(delivery.id);
    return delivery;
  }

  settled(ids: readonly string[]): void {
    for (const id of ids) this.unsettled.delete(id);
  }

  /** Begins to fetch more when little is left; null: there is no reason to. Answers when they are there. */
  refill(): Promise<void> | null {
    if (this.reading || this.waiting.length >= fewLeft || (this.isAtEnd && performance.now() - this.readAt < lookAgain)) return null;
    this.readAt = performance.now();
    this.reading = this.read().finally(() => {
      this.reading = null;
    });
    return this.reading;
  }

  /** After the end it begins anew: deliveries may have been made whose time lies before that of others. */
  private async read(): Promise<void> {
    // What is settled while this reads may still be read as pending.
    const handedOut = new Set(this.unsettled);
    const found = await this.repository.dueDeliveries(this.hold, this.last, this.clock.now(), batch);
    const known = new Set(this.waiting.map(({ id }) => id));
    this.waiting.push(...found.filter(({ id }) => !handedOut.has(id) && !this.unsettled.has(id) && !known.has(id)));
    this.isAtEnd = found.length < batch;
    this.last = this.isAtEnd ? null : (found.at(-1) ?? null);
  }
}
