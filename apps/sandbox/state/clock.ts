/**
 * The sandbox's own time: wall time plus an offset that only ever grows. Everything that expires or is counted per
 * rolling 24 h reads it, so a test moves a day in one call instead of waiting.
 */
export class Clock {
  private offsetMs = 0;

  /** Milliseconds since the epoch, in sandbox time. */
  now(): number {
    return Date.now() + this.offsetMs;
  }

  get offset(): number {
    return this.offsetMs;
  }

  advance(ms: number): void {
    this.offsetMs += ms;
  }

  reset(): void {
    this.offsetMs = 0;
  }
}
