import type { IncomingMessage } from 'node:http';

/** The body is longer than any call of the API needs. */
export class BodyTooLargeError extends Error {}

const MAX_BODY_BYTES = 4 * 1024 * 1024;

export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  if (length > MAX_BODY_BYTES) throw new BodyTooLargeError(`a request body may have ${String(MAX_BODY_BYTES)} bytes at most`);
  return Buffer.concat(chunks);
}
