import { Injectable } from '@nestjs/common';
import { SystemDatabase } from '#infra/database/database';

const beatPause = 5_000;

/** When periodic work last ran, in any process: what readiness tells people. */
@Injectable()
export class HeartbeatRepository {
  private readonly lastWritten = new Map<string, number>();

  constructor(private readonly database: SystemDatabase) {}

  /** Writes at most every five seconds. */
  async beat(name: string, now: Date): Promise<void> {
    if (now.getTime() - (this.lastWritten.get(name) ?? -Infinity) < beatPause) return;
    this.lastWritten.set(name, now.getTime());
    await this.database.heartbeat.upsert({ where: { name }, create: { name, beatAt: now }, update: { beatAt: now } });
  }
}
