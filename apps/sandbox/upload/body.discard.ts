import type { IncomingMessage } from 'node:http';
import { finished } from 'node:stream/promises';
import { whileSending } from '../http/body.idle.js';

/** Three times the largest video there is: whoever sends more is cut off. */
const MAX_BYTES = 1_000_000_000;

/** Reads what is left of a body and forgets it, so that the connection is good for the answer and the next call. */
export async function discardBody(request: IncomingMessage): Promise<void> {
  if (request.complete && request.readableEnded) return;
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) request.destroy();
  });
  request.resume();
  // A sender that hangs up meanwhile does not want the answer.
  await whileSending(request, () => finished(request, { writable: false })).catch(() => undefined);
}
