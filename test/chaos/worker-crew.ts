import { setTimeout as pause } from 'node:timers/promises';
import { ChaosProcess, type ProcessPlan } from './chaos-process.js';

/** Workers as a supervisor keeps them: whoever ends, by our hand or by their own, is started again. */
export class WorkerCrew {
  kills = 0;
  private readonly posts: (ChaosProcess | null)[] = [];
  private readonly keepers: Promise<void>[] = [];
  private isOver = false;

  constructor(private readonly plan: ProcessPlan) {}

  async start(count: number): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      const worker = ChaosProcess.spawn(this.plan);
      this.posts.push(worker);
      this.keepers.push(this.keep(index));
    }
    await Promise.all(this.posts.map(async (worker) => worker?.ready()));
  }

  get size(): number {
    return this.posts.length;
  }

  /** As the kernel kills: no goodbye. False when it was not running at all. */
  async kill(index: number): Promise<boolean> {
    const worker = this.posts[index];
    if (!worker || worker.isGone) return false;
    this.kills += 1;
    await worker.end('SIGKILL');
    return true;
  }

  /** Only one that has begun to work: else none would ever get to a post. */
  async killWorking(index: number): Promise<boolean> {
    return this.posts[index]?.isReady === true && this.kill(index);
  }

  async killAll(): Promise<void> {
    await Promise.all(this.posts.map((_, index) => this.kill(index)));
  }

  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    this.isOver = true;
    await Promise.all(this.posts.map(async (worker) => (worker && !worker.isGone ? worker.end(signal) : undefined)));
    await Promise.all(this.keepers);
  }

  private async keep(index: number): Promise<void> {
    while (!this.isOver) {
      const worker = this.posts[index];
      if (worker) await worker.exited;
      if (this.isOver) return;
      this.posts[index] = ChaosProcess.spawn(this.plan);
      // One that cannot start (its database is away) is not started in a tight loop.
      await pause(200);
    }
  }
}
