import type { IncomingMessage } from 'node:http';
import { whileSending } from './body.idle.js';

/** The body is longer than any call of the API needs. */
export class BodyTooLargeError extends Error {}

/** Ten times what the longest call needs, and little enough to be parsed without a pause anybody notices. */
const MAX_BODY_BYTES = 1024 * 1024;
/** A longer body is read to its end, so that its sender sees the answer; one without end is cut off. */
const MAX_DISCARDED_BYTES = 64 * 1024 * 1024;

/** Rejects, with the connection gone, when the sender hangs up or stands still. */
export function readBody(request: IncomingMessage): Promise<Buffer> {
  return whileSending(request, () => collect(request));
}

async function collect(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= MAX_BODY_BYTES) chunks.push(chunk);
    if (length > MAX_DISCARDED_BYTES) break;
  }
  if (length > MAX_BODY_BYTES) throw new BodyTooLargeError(`a request body may have ${String(MAX_BODY_BYTES)} bytes at most`);
  return Buffer.concat(chunks);
}
