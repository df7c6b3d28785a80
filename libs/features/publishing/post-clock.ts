import { Inject, Injectable } from '@nestjs/common';
import { Clock, minutes } from '#kernel/clock';
import type { Settings } from '#infra/config/settings';
import { SETTINGS } from '#infra/config/settings.module';

/** What time it is for a post, and how long before its own time it is prepared. */
@Injectable()
export class PostClock {
  /** In milliseconds. */
  readonly lead: number;

  constructor(
    private readonly clock: Clock,
    @Inject(SETTINGS) settings: Settings,
  ) {
    this.lead = minutes(settings.publishPrepareMinutes);
  }

  now(): Date {
    return this.clock.now();
  }
}
