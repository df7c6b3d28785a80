import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Clock } from './clock.js';
import { Journal } from './journal.js';
import { upgraded } from './journal.upgrade.js';
import { World } from './world.js';
import type { WorldEvent } from './world-event.js';

/** World, clock and journal as one: the only way to change anything. */
export class Store {
  readonly world = new World();
  readonly clock = new Clock();
  private uncounted = new Map<string, Record<string, number>>();
  private journal: Journal | null = null;

  /** @param dataDir null: nothing outlives the process. */
  static async open(dataDir: string | null): Promise<Store> {
    const store = new Store();
    if (dataDir !== null) {
      await mkdir(dataDir, { recursive: true });
      store.journal = await Journal.open<WorldEvent>(join(dataDir, 'journal.jsonl'), (event) => store.apply(upgraded(event)));
    }
    return store;
  }

  /**
   * Applies the event at once (so that two calls racing for one container see each other) and resolves when it is on
   * disk. Answer the client only after that.
   */
  async commit(event: WorldEvent): Promise<void> {
    this.apply(event);
    this.writeCounts();
    await this.journal?.append(event, true);
  }

  /** Counts a Graph call. Reaches the disk with the next durable event or at shutdown: cheap enough for every call. */
  countCall(userId: string, label: string): void {
    this.world.apply({ type: 'calls.counted', user_id: userId, counts: { [label]: 1 } });
    if (!this.journal) return;
    const counts = this.uncounted.get(userId) ?? {};
    counts[label] = (counts[label] ?? 0) + 1;
    this.uncounted.set(userId, counts);
  }

  async reset(): Promise<void> {
    this.world.clear();
    this.clock.reset();
    this.uncounted.clear();
    await this.journal?.clear();
  }

  async close(): Promise<void> {
    this.writeCounts();
    await this.journal?.close();
  }

  private apply(event: WorldEvent): void {
    if (event.type === 'clock.advanced') this.clock.advance(event.ms);
    this.world.apply(event);
  }

  private writeCounts(): void {
    for (const [userId, counts] of this.uncounted) {
      void this.journal?.append({ type: 'calls.counted', user_id: userId, counts }, false);
    }
    this.uncounted.clear();
  }
}
