import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Logger } from '#infra/logging/logger';
import { Rounds } from '#infra/process/rounds';
import { FeedWatchRepository } from './feed-watch.repository.js';

const roundPause = 250;
/** Of this process. Whoever comes when so many wait is answered at once, as without `wait`. */
const mostWaiting = 1_000;

interface Waiter {
  readonly workspaceId: string;
  readonly seen: bigint;
  readonly wake: () => void;
}

/** Lets requests wait for events: one statement each quarter of a second for all of them, and none while nobody waits. */
@Injectable()
export class FeedWatch implements OnModuleDestroy {
  private readonly waiters = new Set<Waiter>();
  private rounds: Rounds | null = null;
  private isOver = false;

  constructor(
    private readonly feed: FeedWatchRepository,
    private readonly logger: Logger,
  ) {}

  async onModuleDestroy(): Promise<void> {
    this.isOver = true;
    for (const { wake } of [...this.waiters]) wake();
    await this.rounds?.stop();
  }

  /** Answers when there is an event after `seen`, when the time is over, the client is gone or the process ends: look, and see. False: too many wait. */
  async until(workspaceId: string, seen: bigint, milliseconds: number, gone: AbortSignal): Promise<boolean> {
    if (this.isOver || gone.aborted || this.waiters.size >= mostWaiting) return false;
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        gone.removeEventListener('abort', wake);
        this.waiters.delete(waiter);
        resolve();
      };
      const waiter = { workspaceId, seen, wake };
      const timer = setTimeout(wake, milliseconds);
      gone.addEventListener('abort', wake, { once: true });
      this.waiters.add(waiter);
      this.watch();
    });
    return !this.isOver && !gone.aborted;
  }

  private watch(): void {
    if (this.rounds) return;
    this.rounds = new Rounds({ round: () => this.look(), pauseMs: roundPause, onFailure: (error) => this.logger.error({ err: error }, 'Nobody can be told of new events; the next round tries again') });
    this.rounds.start();
  }

  private async look(): Promise<void> {
    if (this.waiters.size === 0) return;
    const last = await this.feed.lastNumbers([...new Set([...this.waiters].map(({ workspaceId }) => workspaceId))]);
    for (const { workspaceId, seen, wake } of [...this.waiters]) if ((last.get(workspaceId) ?? 0n) > seen) wake();
  }
}
