import { paint } from './style.js';

interface Step {
  readonly title: string;
  readonly begunAt: number;
}

const frames = ['◐', '◓', '◑', '◒'];

/**
 * The steps of a start, each shown while it runs and with its time when done. Several may run at once. On a terminal the running ones
 * are redrawn below the finished ones; elsewhere there is a line when one begins and a line when it ends.
 */
export class Steps {
  private readonly running: Step[] = [];
  private drawn = 0;
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly out: NodeJS.WriteStream = process.stdout) {}

  /** @param describe a few words on the result, shown behind the title */
  async run<T>(title: string, work: () => Promise<T>, describe: (result: T) => string = () => ''): Promise<T> {
    const step = { title, begunAt: performance.now() };
    this.begin(step);
    try {
      const result = await work();
      this.end(step, paint('green', '✓'), describe(result));
      return result;
    } catch (error) {
      this.end(step, paint('red', '✗'), '');
      throw error;
    }
  }

  /** A line of its own, above what is running. */
  note(line: string): void {
    this.redraw(() => void this.out.write(`${line}\n`));
  }

  private begin(step: Step): void {
    this.running.push(step);
    if (!this.out.isTTY) return void this.out.write(`  · ${step.title} …\n`);
    this.timer ??= setInterval(() => this.redraw(), 120);
    this.redraw();
  }

  private end(step: Step, mark: string, detail: string): void {
    this.running.splice(this.running.indexOf(step), 1);
    const seconds = `${((performance.now() - step.begunAt) / 1000).toFixed(1)} s`;
    this.note(`  ${mark} ${step.title}${detail ? ` ${paint('dim', detail)}` : ''} ${paint('dim', seconds)}`);
    if (this.running.length === 0 && this.timer) {
      clearInterval(this.timer);
      this.timer = null;
    }
  }

  private redraw(above: () => void = () => undefined): void {
    if (!this.out.isTTY) return above();
    if (this.drawn > 0) this.out.write(`\u001b[${this.drawn}A\u001b[0J`);
    above();
    const frame = frames[Math.floor(performance.now() / 120) % frames.length];
    for (const { title } of this.running) this.out.write(`  ${paint('cyan', frame ?? '·')} ${title} …\n`);
    this.drawn = this.running.length;
  }
}
