import { after, seconds, type Clock } from '#kernel/clock';
import { breakerAt, callsAllowed } from './circuit-breaker.js';
import { judgeAttempt } from './delivery-verdict.js';
import { DueDeliveries } from './due-deliveries.js';
import { standingAfter } from './endpoint-standing.js';
import { OutcomeWriter } from './outcome-writer.js';
import type { DueDelivery, PumpHold, Standing } from './pump-hold.js';
import { cancelledDelivery, settledDelivery } from './settled-delivery.js';
import type { WebhookCaller } from './webhook-caller.js';
import type { WebhookPumpRepository } from './webhook-pump.repository.js';
import type { SigningKey } from './webhook-signature.js';
import type { WebhookTrace } from './webhook-trace.js';

/** After so long no call is begun: others want their turn. */
const longestRun = seconds(20);
/** Outcomes that wait to be written; with more, no call is begun. */
const mostUnsettled = 1_000;
/** Without anything happening, it looks around this often, in milliseconds. */
const idlePause = 50;
/** By how much a limited pump may make up for being late, in milliseconds. */
const catchUp = 20;

export interface PumpTools {
  readonly repository: WebhookPumpRepository;
  readonly caller: WebhookCaller;
  readonly clock: Clock;
  readonly trace: WebhookTrace;
}

/** One turn of a pump under its lease: sends what is due, as many at a time as the endpoint takes, each call beginning as soon as another has ended. */
export class PumpRun {
  private readonly due: DueDeliveries;
  private readonly writer: OutcomeWriter;
  private readonly endsAt: Date;
  private standing: Standing;
  private inFlight = 0;
  private isStopped = false;
  private failure: Error | null = null;
  private nextCallAt = 0;
  private wake: () => void = () => undefined;

  constructor(private readonly hold: PumpHold, private readonly keys: readonly SigningKey[], private readonly tools: PumpTools, private readonly parking: AbortSignal) {
    this.standing = hold.standing;
    this.endsAt = after(tools.clock.now(), longestRun);
    this.due = new DueDeliveries(hold, tools.repository, tools.clock);
    this.writer = new OutcomeWriter(hold, tools.repository, tools.clock, () => this.standing, (ids) => this.settled(ids));
  }

  /** @throws what kept it from reading or writing; its lease then runs out by itself, which is pause enough */
  async go(): Promise<void> {
    for (;;) {
      if (this.mayCall()) this.advance();
      if (this.inFlight === 0 && (!this.mayCall() || (this.due.isEmpty && performance.now() >= this.nextCallAt))) break;
      await this.moved();
    }
    if (this.failure === null) await this.writer.finish();
    const failure = this.failure ?? this.writer.failure;
    if (failure !== null) throw failure;
  }

  /** The lease is gone, or its owner changed what is to be called: calls under way end, and none is begun. */
  stop(): void {
    this.isStopped = true;
    this.wake();
  }

  private mayCall(): boolean {
    const { clock } = this.tools;
    const isOver = this.isStopped || this.parking.aborted || this.failure !== null || this.writer.failure !== null || this.writer.remaining !== 'wanted';
    return !isOver && clock.now() < this.endsAt && callsAllowed(breakerAt(this.standing.breaker, clock.now()), 1) > 0;
  }

  private advance(): void {
    void this.due.refill()?.then(() => this.wake(), (error: unknown) => this.fail(error));
    const allowed = callsAllowed(breakerAt(this.standing.breaker, this.tools.clock.now()), this.hold.maxConcurrency);
    while (this.inFlight < allowed && this.due.unsettledCount < mostUnsettled && performance.now() >= this.nextCallAt) {
      const delivery = this.due.next();
      if (!delivery) return;
      this.begin(delivery);
    }
  }

  private begin(delivery: DueDelivery): void {
    if (delivery.content === null) {
      this.writer.add({ id: delivery.id, row: cancelledDelivery(this.hold, delivery, this.tools.clock.now()) });
      return;
    }
    const { maxPerSecond } = this.hold;
    if (maxPerSecond !== null) this.nextCallAt = Math.max(this.nextCallAt, performance.now() - catchUp) + 1_000 / maxPerSecond;
    this.inFlight += 1;
    this.call(delivery, delivery.content).catch((error: unknown) => this.fail(error)).finally(() => {
      this.inFlight -= 1;
      this.wake();
    });
  }

  private async call(delivery: DueDelivery, body: string): Promise<void> {
    const { caller, clock, trace } = this.tools;
    const called = await caller.call({ url: this.hold.url, keys: this.keys, delivery, body });
    const now = clock.now();
    const verdict = judgeAttempt({ attempts: delivery.attempts + 1, isTest: delivery.kind === 'test', result: called.result, now }, Math.random);
    const { standing, disabled, events } = standingAfter(this.hold, this.standing, verdict, now);
    trace.called(this.hold, called.result, verdict, standing.breaker.state !== this.standing.breaker.state ? standing.breaker.state : null);
    for (const event of events) trace.told(this.hold, event);
    this.standing = standing;
    if (disabled) this.isStopped = true;
    this.writer.add({ id: delivery.id, row: settledDelivery(this.hold, delivery, called, verdict, now) }, events, disabled);
  }

  private settled(ids: readonly string[]): void {
    this.due.settled(ids);
    this.wake();
  }

  private fail(error: unknown): void {
    this.failure ??= error instanceof Error ? error : new Error('A call failed in an unknown way', { cause: error });
    this.wake();
  }

  /** Until something has happened, or it is time to look around. */
  private moved(): Promise<void> {
    return new Promise((resolve) => {
      const untilNext = this.nextCallAt - performance.now();
      const timer = setTimeout(resolve, untilNext > 0 ? Math.min(idlePause, untilNext) : idlePause);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
