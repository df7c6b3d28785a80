import { Injectable } from '@nestjs/common';
import { SystemDatabase } from '#infra/database/database';

/** The one clock that all processes of an installation share. */
@Injectable()
export class DatabaseClock {
  constructor(private readonly database: SystemDatabase) {}

  async now(): Promise<Date> {
    const [row] = await this.database.$queryRaw<{ now: Date }[]>`SELECT clock_timestamp() AS now`;
    if (!row) throw new Error('The database did not say what time it is');
    return row.now;
  }
}
