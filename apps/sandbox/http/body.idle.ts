import type { IncomingMessage } from 'node:http';

/** A sender that stands still this long is gone; an upload can be resumed. */
const IDLE_MS = 30_000;

/** Does something that reads the body, and cuts the connection when nothing comes any more. */
export async function whileSending<T>(request: IncomingMessage, work: () => Promise<T>): Promise<T> {
  request.setTimeout(IDLE_MS, () => { request.destroy(); });
  try {
    return await work();
  } finally {
    request.setTimeout(0);
  }
}
