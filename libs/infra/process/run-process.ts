import { SettingsError } from '#infra/config/settings';
import { scrub } from '#infra/logging/scrub';

export interface RunningProcess {
  /** Sent to a supervisor, e.g. where it listens. */
  readonly url?: string;
  /** Ends everything in order; called once. */
  close(): Promise<void>;
}

const closeLimit = 30_000;

/**
 * Runs one of our processes to its end: tells a supervisor when it is ready, closes in order on SIGTERM, SIGINT or when the
 * supervisor is gone, and turns a failed start into one sentence and exit code 1.
 */
export async function runProcess(start: () => Promise<RunningProcess>): Promise<void> {
  try {
    const running = await start();
    closeOnSignal(running);
    process.send?.({ ready: true, ...(running.url ? { url: running.url } : {}) });
  } catch (error) {
    process.stderr.write(`${scrub(startFailure(error))}\n`);
    process.exit(1);
  }
}

function closeOnSignal(running: RunningProcess): void {
  let isClosing = false;
  const close = (): void => {
    if (isClosing) return;
    isClosing = true;
    setTimeout(() => process.exit(1), closeLimit).unref();
    running.close().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`Closing failed: ${scrub(String(error))}\n`);
        process.exit(1);
      },
    );
  };
  for (const event of ['SIGTERM', 'SIGINT', 'disconnect']) process.on(event, close);
}

function startFailure(error: unknown): string {
  if (error instanceof SettingsError) return error.message;
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
  const message = error instanceof Error ? error.message : String(error);
  if (code === 'EADDRINUSE') return `The address is taken (${message}). Stop what listens there, or set PORT to another number.`;
  if (code === 'ECONNREFUSED') return `A server it needs does not answer (${message}). Check DATABASE_URL and REDIS_URL.`;
  return message;
}
