import { open, rename, stat } from 'node:fs/promises';

const largestLog = 16 * 1024 * 1024;
const tailBytes = 16 * 1024;

/** One older log is kept; PostgreSQL itself never shortens it. */
export async function rotateLog(file: string): Promise<void> {
  const size = await stat(file).then((stats) => stats.size, () => 0);
  if (size > largestLog) await rename(file, `${file}.1`);
}

/** What the log gained since `offset`: the reasons of a failed start. */
export async function readLogSince(file: string, offset: number): Promise<string> {
  const handle = await open(file, 'r').catch(() => null);
  if (!handle) return '';
  try {
    const { size } = await handle.stat();
    const start = Math.max(Math.min(offset, size), size - tailBytes);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - start), 0, size - start, start);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}

export async function logSize(file: string): Promise<number> {
  return stat(file).then((stats) => stats.size, () => 0);
}

/** The last thing PostgreSQL complained about, without time and process number. */
export function lastComplaint(log: string): string | null {
  const complaints = [...log.matchAll(/(?:FATAL|PANIC|ERROR):\s+(.+)/g)].map((match) => match[1] ?? '');
  return complaints.at(-1) ?? (log.trim().split('\n').at(-1) || null);
}
