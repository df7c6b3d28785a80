/**
 * Ctrl-C and its relatives. The first asks for an ordered stop, a later one for a quick one, a third leaves at once.
 * `npm start` passes on a Ctrl-C that the terminal has delivered already, so a second within a second is the same one.
 */
export class StopSignals {
  readonly requested: Promise<void>;
  private onRequest: () => void = () => undefined;
  private onForce: () => void = () => undefined;
  private count = 0;
  private lastAt = -Infinity;

  constructor() {
    this.requested = new Promise((resolve) => {
      this.onRequest = resolve;
    });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => this.receive());
    // A closed terminal must not end us half-way through the stop.
    for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  }

  get wereSent(): boolean {
    return this.count > 0;
  }

  whenForced(callback: () => void): void {
    this.onForce = callback;
  }

  private receive(): void {
    const now = performance.now();
    if (now - this.lastAt < 1_000) return;
    this.lastAt = now;
    this.count += 1;
    if (this.count === 1) this.onRequest();
    else if (this.count === 2) this.onForce();
    else process.exit(1);
  }
}
