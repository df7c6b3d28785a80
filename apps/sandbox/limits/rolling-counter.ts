/** Calls of the last window, counted in steps: adding and reading cost the same however many there were. */
export class RollingCounter {
  private readonly steps: Uint32Array;
  private total = 0;
  private current = 0;

  constructor(windowMs: number, private readonly stepMs: number) {
    this.steps = new Uint32Array(windowMs / stepMs);
  }

  add(now: number): void {
    this.roll(now);
    const slot = this.current % this.steps.length;
    this.steps[slot] = (this.steps[slot] ?? 0) + 1;
    this.total += 1;
  }

  count(now: number): number {
    this.roll(now);
    return this.total;
  }

  /** Until fewer than `limit` (at least 1) are left, if nobody calls until then; 0 when that is so already. At most one window. */
  msUntilBelow(limit: number, now: number): number {
    this.roll(now);
    let left = this.total;
    let ahead = 0;
    for (; left >= limit && ahead < this.steps.length; ahead += 1) left -= this.steps[(this.current + 1 + ahead) % this.steps.length] ?? 0;
    return ahead === 0 ? 0 : Math.max(0, (this.current + ahead) * this.stepMs - now);
  }

  /** Empties the steps that have left the window. A clock that was set back by the system changes nothing. */
  private roll(now: number): void {
    const step = Math.floor(now / this.stepMs);
    if (step <= this.current) return;
    const passed = Math.min(step - this.current, this.steps.length);
    for (let each = 1; each <= passed; each += 1) {
      const slot = (this.current + each) % this.steps.length;
      this.total -= this.steps[slot] ?? 0;
      this.steps[slot] = 0;
    }
    this.current = step;
  }
}
