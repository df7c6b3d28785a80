/** Some go first: whoever may wait does, while one of them is on its way, but not for long. */
export class Precedence {
  private ahead = 0;
  private waiting: (() => void)[] = [];

  /** @param longestMs nobody waits for longer */
  constructor(private readonly longestMs: number) {}

  /** @returns to be called when it has gone; more than once does no harm */
  enter(): () => void {
    let isGone = false;
    this.ahead += 1;
    return () => {
      if (isGone) return;
      isGone = true;
      this.ahead -= 1;
      if (this.ahead === 0) this.release();
    };
  }

  /** Answers when nobody goes first. */
  clear(): Promise<void> {
    if (this.ahead === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.longestMs);
      this.waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  private release(): void {
    const waiting = this.waiting;
    this.waiting = [];
    for (const go of waiting) go();
  }
}
