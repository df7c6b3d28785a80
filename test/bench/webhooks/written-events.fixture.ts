import { setTimeout as pause } from 'node:timers/promises';
import { Database } from '#infra/database/database';
import { newEvent, type OutboxEvent } from '#infra/outbox/outbox-event';
import { writeEvents } from '#infra/outbox/outbox.repository';

/** Writes events as changes do: each by a transaction of its own, at an even pace. */
export class EventWriter {
  private readonly database: Database;

  constructor(databaseUrl: string, private readonly workspaceId: string) {
    this.database = new Database({ url: databaseUrl, poolSize: 10 });
  }

  async open(): Promise<void> {
    await this.database.$connect();
  }

  /** All in one transaction. */
  async writeAtOnce(count: number): Promise<void> {
    await writeEvents(this.database.direct, Array.from({ length: count }, () => this.event()));
  }

  /** @returns what was written, once all of it is committed */
  async writePaced(count: number, perSecond: number): Promise<OutboxEvent[]> {
    const written: Promise<OutboxEvent>[] = [];
    for (const begun = performance.now(); written.length < count; await pause(1)) {
      const due = Math.min(count, Math.floor(((performance.now() - begun) / 1_000) * perSecond) + 1);
      while (written.length < due) written.push(this.writeOne());
    }
    return Promise.all(written);
  }

  async close(): Promise<void> {
    await this.database.$disconnect();
  }

  private async writeOne(): Promise<OutboxEvent> {
    const event = this.event();
    await writeEvents(this.database.direct, [event]);
    return event;
  }

  private event(): OutboxEvent {
    return newEvent({ workspaceId: this.workspaceId, profileGroupId: null, type: 'post.processed', data: { number: 1, text: 'x'.repeat(400) }, createdAt: new Date() });
  }
}
