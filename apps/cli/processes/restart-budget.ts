/** How often something that dies may be started again: five times a minute, each time a little later. Then it is not a hiccup. */
export class RestartBudget {
  private readonly deaths: number[] = [];

  constructor(private readonly limit = 5, private readonly windowMs = 60_000) {}

  /** @returns milliseconds to wait before the next start, or null when the budget is spent */
  spend(now: number = Date.now()): number | null {
    while (this.deaths[0] !== undefined && this.deaths[0] <= now - this.windowMs) this.deaths.shift();
    if (this.deaths.length >= this.limit) return null;
    this.deaths.push(now);
    return Math.min(250 * 2 ** (this.deaths.length - 1), 4_000);
  }
}
