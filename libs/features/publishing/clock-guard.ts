import { Injectable } from '@nestjs/common';
import { Clock, seconds } from '#kernel/clock';
import { Logger } from '#infra/logging/logger';
import { Metrics } from '#infra/metrics/metrics';
import { isWrong, skewOf } from './clock-skew.rules.js';
import { DatabaseClock } from './database-clock.repository.js';

/** For how long an answer is taken for the present. The planner asks five times as often. */
const answerLife = seconds(1);

/**
 * Holds the clock of this process against the database's. A worker whose clock is ahead would publish before the time, and what it leases would be held far too
 * long; one that is behind would take from others what they work on. So while the clocks differ nothing is handed out and nothing is called from here.
 */
@Injectable()
export class ClockGuard {
  private last: { readonly at: number; readonly isRight: boolean } | null = null;
  private asking: Promise<boolean> | null = null;
  private wasRight = true;

  constructor(
    private readonly database: DatabaseClock,
    private readonly clock: Clock,
    private readonly logger: Logger,
    private readonly metrics: Metrics,
  ) {}

  /** The time, asked about now; null: it cannot be trusted. */
  async findTime(): Promise<Date | null> {
    return (await this.ask()) ? this.clock.now() : null;
  }

  /** The time as it is here, right or wrong: to measure by. */
  now(): Date {
    return this.clock.now();
  }

  /** Whether the clock was right a moment ago. */
  async isRight(): Promise<boolean> {
    // The age of an answer is measured by what no setting of the clock moves.
    return this.last && performance.now() - this.last.at < answerLife ? this.last.isRight : this.ask();
  }

  private ask(): Promise<boolean> {
    this.asking ??= this.compare().finally(() => (this.asking = null));
    return this.asking;
  }

  private async compare(): Promise<boolean> {
    const left = this.clock.now();
    const answer = await this.database.now();
    const skew = skewOf({ left, came: this.clock.now() }, answer);
    const isRight = !isWrong(skew);
    this.metrics.clockSkewSeconds.set(skew / 1000);
    if (isRight !== this.wasRight) this.tell(isRight, skew);
    this.wasRight = isRight;
    this.last = { at: performance.now(), isRight };
    return isRight;
  }

  private tell(isRight: boolean, skew: number): void {
    const fields = { skewSeconds: skew / 1000 };
    if (isRight) this.logger.info(fields, "The clock agrees with the database's again: posts are published from here");
    else this.logger.error(fields, "The clock of this machine differs from the database's: nothing is published from here until they agree. Keep clocks in step (NTP)");
  }
}
