import { pino, type DestinationStream } from 'pino';

/** So that a crash that cannot be caught (kill -9) loses little. */
const holdMs = 100;
const holdCharacters = 16 * 1024;
/** Kept of what could not be written, until it can be. */
const mostUnwritten = 1024 * 1024;

/**
 * Where lines go. `write` is immediate. `hold` may wait for company, up to 100 ms or 16 KB: one write for many lines is what makes a line
 * for each request affordable. Order is kept: whatever is written takes along what is held.
 */
export class LogOutput implements DestinationStream {
  private held = '';
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly destination: DestinationStream) {}

  write(line: string): void {
    this.held += line;
    this.flush();
  }

  hold(line: string): void {
    this.held += line;
    if (this.held.length >= holdCharacters) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), holdMs).unref();
  }

  flush(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    if (this.held === '') return;
    const lines = this.held;
    this.held = '';
    this.destination.write(lines);
  }
}

let standard: LogOutput | null = null;

/**
 * The process's stdout, written synchronously: what was said before an `exit` or a crash is there. 'exit' is also what comes of
 * `process.exit()`, of an uncaught exception and, by runProcess, of SIGTERM and SIGINT.
 */
export function standardOutput(): LogOutput {
  if (standard) return standard;
  const destination = pino.destination({ dest: 1, sync: true, maxLength: mostUnwritten });
  // A full disk must not end what can go on without a log. There is no place left to say it; each later line tries again.
  destination.on('error', () => undefined);
  const output = new LogOutput(destination);
  process.on('exit', () => output.flush());
  standard = output;
  return output;
}
