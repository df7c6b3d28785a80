import type { IncomingHttpHeaders } from 'node:http';
import { Writable } from 'node:stream';
import type { Client } from 'undici';
import { tooLarge } from './download-sink.js';
import { fromNetworkError } from './unreachable.js';

/** One answer as the server gave it: redirects and failures too. */
export interface EgressAnswer {
  readonly statusCode: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface EgressQuestion {
  readonly method: 'GET' | 'HEAD';
  readonly headers: Readonly<Record<string, string>>;
  readonly maxBytes: number;
  /** For everything together. */
  readonly timeoutMs: number;
}

/** @throws AppError `media_unreachable` when no whole answer came */
export async function askOnce(client: Client, url: URL, { method, headers, maxBytes, timeoutMs }: EgressQuestion): Promise<EgressAnswer> {
  const collector = new Collector(url, maxBytes);
  const seen: { head?: Pick<EgressAnswer, 'statusCode' | 'headers'> } = {};
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    await client.stream({ method, path: `${url.pathname}${url.search}`, headers: { ...headers }, signal, headersTimeout: timeoutMs, bodyTimeout: timeoutMs }, (response) => {
      seen.head = { statusCode: response.statusCode, headers: response.headers };
      return collector;
    });
  } catch (error) {
    throw fromNetworkError(error, url);
  }
  if (!seen.head) throw fromNetworkError(new Error('No answer'), url);
  return { ...seen.head, body: Buffer.concat(collector.chunks) };
}

/** Never asks the sender to pause, for the reason told in download-sink.ts. */
class Collector extends Writable {
  readonly chunks: Buffer[] = [];
  private sizeBytes = 0;

  constructor(private readonly url: URL, private readonly maxBytes: number) {
    super({ highWaterMark: Number.MAX_SAFE_INTEGER });
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.sizeBytes += chunk.length;
    if (this.sizeBytes > this.maxBytes) return done(tooLarge(this.url, this.maxBytes));
    this.chunks.push(chunk);
    done();
  }
}
