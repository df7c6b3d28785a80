import { closeSync, copyFileSync, fstatSync, ftruncateSync, openSync, readSync } from 'node:fs';

const largestLog = 20 * 1024 * 1024;
const longestComplaint = 300;
/** A failure that repeats every second is shown once a minute; the file has them all. */
const sameAgainMs = 60_000;

/**
 * The log of a child. The child writes to the file itself, so that it can log on after we were killed; we read along to show errors,
 * and cut the file when it grows too long (one older part is kept).
 */
export class LogFile {
  private readonly file: number;
  private offset: number;
  private rest = '';
  private timer: NodeJS.Timeout | null = null;
  /** What looks most like the reason of a failure. */
  private last: string | null = null;
  private readonly shown = new Map<string, number>();

  constructor(readonly path: string, private readonly onComplaint: (line: string) => void) {
    this.file = openSync(path, 'a+', 0o600);
    this.offset = fstatSync(this.file).size;
  }

  /** For the child's standard output and error. */
  get descriptor(): number {
    return this.file;
  }

  follow(): void {
    this.timer ??= setInterval(() => this.read(), 300).unref();
  }

  lastComplaint(): string | null {
    this.read();
    return this.last;
  }

  close(): void {
    if (this.timer) clearInterval(this.timer);
    this.read();
    closeSync(this.file);
  }

  private read(): void {
    const { size } = fstatSync(this.file);
    if (size < this.offset) this.offset = 0;
    const buffer = Buffer.alloc(Math.min(size - this.offset, 1024 * 1024));
    const count = readSync(this.file, buffer, 0, buffer.length, this.offset);
    this.offset += count;
    const lines = (this.rest + buffer.toString('utf8', 0, count)).split('\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines) this.look(line);
    if (this.offset > largestLog) this.rotate();
  }

  private look(line: string): void {
    const complaint = complaintIn(line)?.replace(/\s+/g, ' ').slice(0, longestComplaint);
    if (!complaint) return;
    this.last = complaint;
    const now = Date.now();
    if (now - (this.shown.get(complaint) ?? 0) < sameAgainMs) return;
    if (this.shown.size > 100) this.shown.clear();
    this.shown.set(complaint, now);
    this.onComplaint(complaint);
  }

  private rotate(): void {
    copyFileSync(this.path, `${this.path}.1`);
    ftruncateSync(this.file, 0);
    this.offset = 0;
  }
}

/** Error and fatal lines of pino; of anything else, lines that look like an uncaught error (not the frames below it). */
function complaintIn(line: string): string | null {
  if (!line.startsWith('{')) return /^\s*(at |node:|\^|throw )/.test(line) || !/\b\w*(error|failed|cannot)\b/i.test(line) ? null : line.trim();
  try {
    const entry = JSON.parse(line) as { level?: unknown; msg?: unknown; err?: { message?: unknown } };
    if (typeof entry.level !== 'number' || entry.level < 50) return null;
    return [entry.msg, entry.err?.message].filter((part) => typeof part === 'string').join(': ');
  } catch {
    return null;
  }
}
