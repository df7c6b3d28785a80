import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { after, Clock, days, hours } from '#kernel/clock';
import type { Settings } from '#infra/config/settings';
import { SETTINGS } from '#infra/config/settings.module';
import { Logger } from '#infra/logging/logger';
import { Rounds } from '#infra/process/rounds';
import { WeekRepository } from './week.repository.js';
import { endOfWeek, fateOf, weeklyTables, weeksAhead } from './week.rules.js';

const roundPause = hours(1);
/** So that one round ends: what is left is deleted in the next one. */
const mostBatches = 500;

/** Sees to it that events, deliveries and attempts have the weeks they need, and drops weeks past their retention, in every worker. */
@Injectable()
export class WeekKeeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly rounds: Rounds;

  constructor(
    private readonly weeks: WeekRepository,
    private readonly clock: Clock,
    private readonly logger: Logger,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {
    this.rounds = new Rounds({ round: () => this.keep(), pauseMs: roundPause, onFailure: (error) => this.logger.error({ err: error }, 'The weeks of events could not be kept; the next round tries again') });
  }

  onApplicationBootstrap(): void {
    this.rounds.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.rounds.stop();
  }

  /** One round. */
  async keep(): Promise<void> {
    const now = this.clock.now();
    for (const table of weeklyTables) {
      if (this.rounds.isStopped) return;
      await this.make(table, now);
      await this.drop(table, now);
    }
  }

  /** Weeks ahead, and those of rows that came before their week was made. */
  private async make(table: (typeof weeklyTables)[number], now: Date): Promise<void> {
    const oldest = after(now, -2 * days(this.settings.eventRetentionDays));
    for (let round = 0; round < mostBatches && !this.rounds.isStopped; round += 1) {
      if (!(await this.weeks.forgetStrays(table, oldest))) break;
    }
    const strays = await this.weeks.findStrays(table, after(now, days(14)));
    for (const moment of [...weeksAhead(now), ...strays]) {
      if (await this.weeks.make(table, moment)) this.logger.info({ table: table.parent, moment }, 'A week was made');
    }
  }

  private async drop(table: (typeof weeklyTables)[number], now: Date): Promise<void> {
    for (const week of await this.weeks.list(table)) {
      const ends = endOfWeek(week);
      const fate = ends ? fateOf(ends, this.settings.eventRetentionDays, now) : 'keep';
      if (fate === 'keep') continue;
      if (await this.weeks.drop(week, fate === 'drop')) this.logger.info({ week, fate }, 'A week past its retention was dropped');
      else this.logger.warn({ week }, 'A week past its retention is kept: events in it wait for a relay, or deliveries wait to be sent');
    }
  }
}
