import { randomUUID } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Client, type Dispatcher } from 'undici';
import type { EgressPolicy } from './egress-policy.js';
import { readTarget } from './egress-target.js';
import { guardedLookup, systemResolver, type Resolver } from './guarded-lookup.js';
import { fromNetworkError, unreachable } from './unreachable.js';

export interface DownloadLimits {
  readonly maxBytes: number;
  /** For everything together: names, redirects, headers, body. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** A path that does not exist yet, or a folder in which a name is chosen. */
export type DownloadTarget = { readonly toFile: string } | { readonly directory: string };

export interface Download {
  readonly path: string;
  readonly sizeBytes: number;
  /** After redirects. */
  readonly finalUrl: string;
}

const maxRedirects = 3;
const connectTimeoutMs = 10_000;
/** Longest silence of a server that is otherwise within the total time. */
const idleTimeoutMs = 30_000;
const maxHeaderBytes = 16 * 1024;
const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * The one way to fetch a URL that a user gave. Every hop is read, judged and connected anew: only http(s), only addresses the
 * policy permits, connecting to exactly the address that was judged. One connection per hop, never shared, so that nothing
 * judged for one URL is reused for another.
 */
export class EgressClient {
  constructor(private readonly policy: EgressPolicy, private readonly resolve: Resolver = systemResolver) {}

  /**
   * Fetches `url` into a file; on failure no file is left.
   * @throws AppError `egress_refused` for an address that is not allowed, `media_unreachable` (details.reason) for the rest;
   * the reason of `signal` when the caller aborts.
   */
  async download(url: string, options: DownloadTarget & DownloadLimits): Promise<Download> {
    const path = 'toFile' in options ? options.toFile : join(options.directory, randomUUID());
    const timeout = AbortSignal.timeout(options.timeoutMs);
    const limits = { ...options, signal: options.signal ? AbortSignal.any([timeout, options.signal]) : timeout };
    try {
      return await this.follow(readTarget(url, this.policy), path, limits);
    } catch (error) {
      options.signal?.throwIfAborted();
      throw error;
    }
  }

  private async follow(start: URL, path: string, limits: Required<DownloadLimits>): Promise<Download> {
    let url = start;
    for (let hop = 0; hop <= maxRedirects; hop += 1) {
      const outcome = await this.visit(url, path, limits);
      if ('sizeBytes' in outcome) return outcome;
      url = readTarget(outcome.location, this.policy, url);
    }
    throw unreachable('too_many_redirects', start);
  }

  /** One request on a connection of its own, which is gone afterwards whatever happened. */
  private async visit(url: URL, path: string, limits: Required<DownloadLimits>): Promise<Download | { location: string }> {
    const lookup = this.policy.isTrusted(url) ? {} : { lookup: guardedLookup(this.policy, this.resolve) };
    const client = new Client(url.origin, { connect: { timeout: connectTimeoutMs, ...lookup }, maxHeaderSize: maxHeaderBytes, pipelining: 1 });
    try {
      const response = await request(client, url, limits.signal);
      response.body.on('error', () => undefined); // destroyed early on purpose in several places
      if (redirectStatuses.has(response.statusCode)) return { location: redirectLocation(response, url) };
      requireFile(response, url, limits.maxBytes);
      return { path, sizeBytes: await save(response.body, url, path, limits.maxBytes), finalUrl: url.href };
    } finally {
      await client.destroy();
    }
  }
}

async function request(client: Client, url: URL, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
  const headers = { 'user-agent': 'heliograph (media fetch)', accept: 'image/*, video/*, */*;q=0.1', 'accept-encoding': 'identity' };
  const timeouts = { headersTimeout: idleTimeoutMs, bodyTimeout: idleTimeoutMs };
  try {
    return await client.request({ method: 'GET', path: `${url.pathname}${url.search}`, headers, signal, ...timeouts });
  } catch (error) {
    throw fromNetworkError(error, url);
  }
}

function redirectLocation({ headers }: Dispatcher.ResponseData, url: URL): string {
  const location = headers['location'];
  if (typeof location !== 'string') throw unreachable('invalid_response', url);
  return location;
}

/** The status and headers of a file that may come; the declared length is only good for refusing early. */
function requireFile({ statusCode, headers }: Dispatcher.ResponseData, url: URL, maxBytes: number): void {
  if (statusCode !== 200) throw unreachable('http_status', url, { details: { status: statusCode } });
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') throw unreachable('encoded', url);
  if (Number(headers['content-length'] ?? 0) > maxBytes) throw tooLarge(url, maxBytes);
}

async function save(body: AsyncIterable<Buffer>, url: URL, path: string, maxBytes: number): Promise<number> {
  let sizeBytes = 0;
  async function* counted(): AsyncGenerator<Buffer> {
    try {
      for await (const chunk of body) {
        sizeBytes += chunk.length;
        if (sizeBytes > maxBytes) throw tooLarge(url, maxBytes);
        yield chunk;
      }
    } catch (error) {
      throw fromNetworkError(error, url);
    }
  }
  const file = await open(path, 'wx', 0o600);
  try {
    await pipeline(counted, file.createWriteStream());
    return sizeBytes;
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

function tooLarge(url: URL, maxBytes: number): Error {
  return unreachable('too_large', url, { details: { max_bytes: maxBytes } });
}
