import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '#kernel/clock';
import type { OutboxEvent } from '#infra/outbox/outbox-event';
import type { DisableReason } from './endpoint-standing.js';
import type { PumpHold, Standing } from './pump-hold.js';
import type { Remaining, WebhookPumpRepository } from './webhook-pump.repository.js';

/** Outcomes wait this long for company, in milliseconds, unless there are many. */
const gathering = 20;
const many = 200;
const tries = 3;
const betweenTries = 500;

interface Pending {
  readonly id: string;
  readonly row: object;
}

/** Writes the outcomes of a pump in batches, one after the other, each with what the calls have shown so far. */
export class OutcomeWriter {
  private pending: Pending[] = [];
  private events: OutboxEvent[] = [];
  private disabled: DisableReason | null = null;
  private timer: NodeJS.Timeout | null = null;
  private writing: Promise<void> | null = null;
  remaining: Remaining = 'wanted';
  /** Outcomes that could not be written: their deliveries will be sent again. */
  failure: Error | null = null;

  constructor(
    private readonly hold: PumpHold,
    private readonly repository: WebhookPumpRepository,
    private readonly clock: Clock,
    private readonly standing: () => Standing,
    private readonly onSettled: (ids: readonly string[]) => void,
  ) {}

  add(outcome: Pending, events: readonly OutboxEvent[] = [], disabled: DisableReason | null = null): void {
    this.pending.push(outcome);
    this.events.push(...events);
    this.disabled ??= disabled;
    if (this.pending.length >= many) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), gathering);
  }

  /** The last outcomes together with the lease; afterwards nothing may be added. */
  async finish(): Promise<void> {
    if (this.timer) clearTimeout(this.timer);
    await this.writing;
    if (this.failure === null) await this.write(true);
  }

  private flush(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    if (this.writing || this.failure !== null) return;
    this.writing = this.write(false).finally(() => {
      this.writing = null;
      if (this.pending.length > 0 && this.failure === null) this.timer ??= setTimeout(() => this.flush(), this.pending.length >= many ? 0 : gathering);
    });
  }

  private async write(releases: boolean): Promise<void> {
    const [outcomes, events] = [this.pending, this.events];
    [this.pending, this.events] = [[], []];
    const settlement = { hold: this.hold, standing: this.standing(), releases, disabled: this.disabled, outcomes: outcomes.map(({ row }) => row), events };
    for (let attempt = 1; attempt <= tries; attempt += 1) {
      try {
        this.remaining = await this.repository.settle({ ...settlement, now: this.clock.now() });
        this.onSettled(outcomes.map(({ id }) => id));
        return;
      } catch (error) {
        if (attempt === tries) this.failure = error instanceof Error ? error : new Error('Outcomes could not be written', { cause: error });
        else await pause(betweenTries);
      }
    }
    this.onSettled([]);
  }
}
