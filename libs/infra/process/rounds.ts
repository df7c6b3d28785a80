export interface RoundsOptions {
  readonly round: () => Promise<unknown>;
  /** Between the end of a round and the beginning of the next; asked after each round where it differs. */
  readonly pauseMs: number | (() => number);
  /** A round that fails is told here; the next one comes all the same. */
  readonly onFailure: (error: unknown) => void;
}

/** Work that is done again and again while the process runs, one round after the other and never two at once. */
export class Rounds {
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> = Promise.resolve();
  private stopped = false;
  private isWanted = false;

  constructor(private readonly options: RoundsOptions) {}

  /** For loops within a round, so that it ends soon. */
  get isStopped(): boolean {
    return this.stopped;
  }

  start(): void {
    this.schedule(0);
  }

  /** The next round comes at once, or right after the one under way. */
  soon(): void {
    if (this.timer === null) this.isWanted = true;
    else {
      clearTimeout(this.timer);
      this.schedule(0);
    }
  }

  /** Answers when the round under way has ended. */
  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
    await this.running;
  }

  private schedule(pauseMs: number): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.timer = null;
      this.isWanted = false;
      this.running = this.options.round().then(() => undefined, this.options.onFailure).then(() => this.schedule(this.isWanted ? 0 : pauseOf(this.options)));
    }, pauseMs);
  }
}

function pauseOf({ pauseMs }: RoundsOptions): number {
  return typeof pauseMs === 'number' ? pauseMs : pauseMs();
}
