import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import type { FaultProxy, LineMood } from './fault-proxy.js';
import type { Random } from './random.js';
import type { Stage } from './stage.js';

const anHour = 3_600_000;

/** What is done to an installation while it publishes. Each trouble is a loop of its own, driven by chance of its own; all end with the storm. */
export class Storm {
  private readonly over = new AbortController();
  private readonly troubles: Promise<void>[] = [];
  /** What happened, by name. */
  readonly counts: Record<string, number> = {};

  constructor(private readonly stage: Stage, private readonly random: Random) {}

  begin(): void {
    const { database, network, redis } = this.stage.lines;
    this.every('killed workers', 500, 3_000, (random) => this.stage.crew.killWorking(Math.floor(random.between(0, this.stage.crew.size))));
    for (const line of [database, network, ...(redis ? [redis] : [])]) this.every('line faults', 1_500, 5_000, (random) => this.strike(line, random));
    this.every('cut database sessions', 500, 2_500, () => this.terminateOne());
    this.every('floods of held connections', 6_000, 12_000, () => this.exhaustConnections());
    this.every('PostgreSQL restarts', 15_000, 30_000, () => this.restartPostgres());
    this.every('workers with a wrong clock', 8_000, 16_000, (random) => this.wrongClock(random));
    if (!redis) return;
    this.every('Redis FLUSHALLs', 3_000, 9_000, () => this.flushRedis());
    this.every('Redis restarts', 12_000, 25_000, () => this.stage.restartRedis());
  }

  async end(): Promise<void> {
    this.over.abort();
    await Promise.all(this.troubles);
  }

  private every(name: string, leastMs: number, mostMs: number, strike: (random: Random) => Promise<unknown>): void {
    const random = this.random.fork();
    const { signal } = this.over;
    const loop = async (): Promise<void> => {
      while (!signal.aborted) {
        await pause(random.between(leastMs, mostMs), undefined, { signal }).catch(() => undefined);
        if (signal.aborted) return;
        // One trouble may be in the way of another, e.g. a PostgreSQL that is just restarting.
        const isDone = await strike(random).then((answer) => answer !== false, () => false);
        if (isDone) this.counts[name] = (this.counts[name] ?? 0) + 1;
      }
    };
    this.troubles.push(loop());
  }

  private async strike(line: FaultProxy, random: Random): Promise<void> {
    const moods: (LineMood | 'reset')[] = ['reset', 'reset', { latencyMs: random.between(5, 50) }, { isSilent: true }, { sliceBytes: Math.ceil(random.between(1, 64)) }, { bytesPerSecond: random.between(20_000, 200_000) }];
    const mood = random.pick(moods);
    if (mood === 'reset') return line.reset();
    line.mood = mood;
    await pause(random.between(200, 1_000));
    line.mood = {};
  }

  private async terminateOne(): Promise<boolean> {
    const rows = await this.stage.query<{ ended: boolean }>("SELECT pg_terminate_backend(pid) AS ended FROM pg_stat_activity WHERE backend_type = 'client backend' AND application_name <> 'chaos' ORDER BY random() LIMIT 1");
    return rows.length > 0;
  }

  /** Takes what PostgreSQL has left, for two seconds. */
  private async exhaustConnections(): Promise<void> {
    const held: Client[] = [];
    try {
      for (let number = 0; number < 100; number += 1) {
        const client = new Client({ connectionString: this.stage.databaseUrl, connectionTimeoutMillis: 2_000 });
        client.on('error', () => undefined);
        const isIn = await client.connect().then(() => true, () => false);
        if (!isIn) break;
        held.push(client);
      }
      await pause(2_000);
    } finally {
      await Promise.all(held.map((client) => client.end().catch(() => undefined)));
    }
  }

  private async restartPostgres(): Promise<void> {
    await this.stage.postgres.stop();
    await this.stage.postgres.start();
  }

  /** An hour ahead or behind, for as long as it takes to do damage; ended in order. */
  private async wrongClock(random: Random): Promise<void> {
    const worker = await this.stage.startShifted(random.pick([anHour, -anHour]));
    await pause(random.between(3_000, 6_000));
    await worker.end(random.pick(['SIGTERM', 'SIGKILL']));
  }

  private async flushRedis(): Promise<boolean> {
    const url = this.stage.redisUrl;
    if (url === null) return false;
    const redis = new Redis(url, { maxRetriesPerRequest: 0, retryStrategy: () => null, lazyConnect: true });
    redis.on('error', () => undefined);
    try {
      await redis.connect();
      await redis.flushall();
      return true;
    } finally {
      redis.disconnect();
    }
  }
}
