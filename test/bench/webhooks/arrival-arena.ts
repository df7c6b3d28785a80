import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import type { BenchGround } from '../harness/ground.js';
import type { Stage } from '../harness/row.js';
import { ServerProcess } from '../harness/server-process.js';
import { startShippedRedis } from '../harness/shipped-redis.js';
import { subscribe } from './webhook-arena.js';

const built = resolve(import.meta.dirname, '../../..');
const patience = 120_000;
const askPatience = 10_000;

/** A worker with the Redis of an installation, and a receiver that notes when which event arrived. */
export class ArrivalArena {
  private worker: ServerProcess | null = null;

  private constructor(readonly stage: Stage, readonly receiver: ServerProcess, private readonly ground: BenchGround, private readonly database: Client, private readonly redisUrl: string, private readonly closers: (() => Promise<unknown>)[]) {}

  static async open(ground: BenchGround): Promise<ArrivalArena> {
    const stage = await ground.stage();
    const redis = await startShippedRedis();
    const receiver = await receive('arrivals.process.js', ground);
    const database = new Client({ connectionString: stage.databaseUrl });
    await database.connect();
    return new ArrivalArena(stage, receiver, ground, database, redis.url, [() => redis.stop(), () => receiver.stop(), () => database.end()]);
  }

  /** A worker process as production runs it; the one before has ended. */
  async startWorker(): Promise<void> {
    this.worker = await ServerProcess.start({
      main: join(built, 'apps/worker/main.js'),
      environment: {
        DATABASE_URL: this.stage.databaseUrl, REDIS_URL: this.redisUrl, HELIOGRAPH_DATA: join(this.stage.floorDir, 'ours'), ENCRYPTION_KEYS: this.ground.encryptionKeys,
        WEBHOOK_ALLOW_CIDRS: '127.0.0.1/32', WEBHOOK_ALLOW_HTTP: 'on', WEBHOOK_PORTS: 'any',
      },
      logFile: join(this.ground.folder, 'worker.log'),
    });
  }

  async killWorker(): Promise<void> {
    await this.worker?.kill();
  }

  workerCpuSeconds(): number {
    return this.worker?.cpuSeconds() ?? Number.NaN;
  }

  /** One more receiver, that never answers. */
  async startHanging(): Promise<ServerProcess> {
    const hanging = await receive('hanging.process.js', this.ground);
    this.closers.push(() => hanging.stop());
    return hanging;
  }

  /** Endpoints that want what the checks write, and nothing that the worker may tell of its own accord. */
  async subscribe(receiver: ServerProcess, count: number): Promise<string[]> {
    const endpoints = await subscribe(this.database, this.stage, `${receiver.url}/hook`, count, this.ground.encryptionKeys);
    await this.query("UPDATE webhook_endpoint SET events = '{post.processed}' WHERE workspace_id = $1 AND id = ANY ($2)", [this.stage.workspaceId, endpoints]);
    return endpoints;
  }

  async query<Row extends object>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    return (await this.database.query<Row>(sql, [...values])).rows;
  }

  /** Until the query has a row. @throws Error when it has none in time */
  async until(sql: string, values: readonly unknown[] = []): Promise<void> {
    for (const deadline = Date.now() + patience; (await this.query(sql, values)).length === 0; await pause(50)) {
      if (Date.now() > deadline) throw new Error(`This did not come true in time: ${sql}`);
    }
  }

  /** Until so many calls have arrived since arrivals were last taken. */
  async untilArrived(count: number): Promise<void> {
    for (const deadline = Date.now() + patience; Number(await ask(this.receiver, '/count')) < count; await pause(20)) {
      if (Date.now() > deadline) throw new Error(`Not so many calls arrived in time: ${count}`);
    }
  }

  /** When the calls came since this was last asked, by event, in ms since 1970. */
  async takeArrivals(): Promise<Map<string, number[]>> {
    const arrivals = new Map<string, number[]>();
    for (const [event, at] of JSON.parse(await ask(this.receiver, '/arrivals')) as [string, number][]) arrivals.set(event, [...(arrivals.get(event) ?? []), at]);
    return arrivals;
  }

  async close(): Promise<void> {
    await this.worker?.stop();
    for (const close of this.closers.reverse()) await close();
  }
}

/** What a receiver of ours says of itself. */
export async function ask(receiver: ServerProcess, path: string): Promise<string> {
  const answer = await fetch(`${receiver.url}${path}`, { signal: AbortSignal.timeout(askPatience) });
  return answer.text();
}

function receive(main: string, ground: BenchGround): Promise<ServerProcess> {
  return ServerProcess.start({ main: join(import.meta.dirname, main), logFile: join(ground.folder, 'receiver.log') });
}
