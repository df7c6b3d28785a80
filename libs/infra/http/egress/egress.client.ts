import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { Client } from 'undici';
import { minutes } from '#kernel/clock';
import { DiskError, DownloadSink, tooLarge } from './download-sink.js';
import { askOnce, type EgressAnswer, type EgressQuestion } from './egress-answer.js';
import type { EgressPolicy } from './egress-policy.js';
import { readTarget } from './egress-target.js';
import { guardedLookup, systemResolver, type Resolver } from './guarded-lookup.js';
import { fromNetworkError, unreachable } from './unreachable.js';

export interface DownloadLimits {
  readonly maxBytes: number;
  /** For everything together: names, redirects, headers, body. Default: the client's own. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

type BoundedDownload = Pick<DownloadLimits, 'maxBytes'> & { readonly signal: AbortSignal };

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
  constructor(private readonly policy: EgressPolicy, private readonly resolve: Resolver = systemResolver, private readonly timeoutMs = minutes(5)) {}

  /**
   * Fetches `url` into a file; on failure no file is left.
   * @throws AppError `egress_refused` for an address that is not allowed, `media_unreachable` (details.reason) for the rest;
   * the reason of `signal` when the caller aborts.
   */
  async download(url: string, options: DownloadTarget & DownloadLimits): Promise<Download> {
    const path = 'toFile' in options ? options.toFile : join(options.directory, randomUUID());
    const timeout = AbortSignal.timeout(options.timeoutMs ?? this.timeoutMs);
    const limits = { ...options, signal: options.signal ? AbortSignal.any([timeout, options.signal]) : timeout };
    try {
      return await this.follow(readTarget(url, this.policy), path, limits);
    } catch (error) {
      options.signal?.throwIfAborted();
      throw error;
    }
  }

  /**
   * One request, and the answer whatever it is; no redirect is followed.
   * @throws AppError `egress_refused`, or `media_unreachable` when no whole answer came
   */
  ask(url: string, question: EgressQuestion): Promise<EgressAnswer> {
    const target = readTarget(url, this.policy);
    return this.connected(target, (client) => askOnce(client, target, question));
  }

  private async follow(start: URL, path: string, limits: BoundedDownload): Promise<Download> {
    let url = start;
    for (let hop = 0; hop <= maxRedirects; hop += 1) {
      const outcome = await this.visit(url, path, limits);
      if ('sizeBytes' in outcome) return outcome;
      url = readTarget(outcome.location, this.policy, url);
    }
    throw unreachable('too_many_redirects', start);
  }

  /** One request on a connection of its own, which is gone afterwards whatever happened. */
  private visit(url: URL, path: string, limits: BoundedDownload): Promise<Download | { location: string }> {
    return this.connected(url, (client) => receive(client, url, path, limits));
  }

  private async connected<T>(url: URL, work: (client: Client) => Promise<T>): Promise<T> {
    const lookup = this.policy.isTrusted(url) ? {} : { lookup: guardedLookup(this.policy, this.resolve) };
    const client = new Client(url.origin, { connect: { timeout: connectTimeoutMs, ...lookup }, maxHeaderSize: maxHeaderBytes, pipelining: 1 });
    try {
      return await work(client);
    } finally {
      await client.destroy();
    }
  }
}

async function receive(client: Client, url: URL, path: string, { maxBytes, signal }: BoundedDownload): Promise<Download | { location: string }> {
  const timeouts = { headersTimeout: idleTimeoutMs, bodyTimeout: idleTimeoutMs };
  const seen: { location?: string; sink?: DownloadSink } = {};
  try {
    await client.stream({ method: 'GET', path: `${url.pathname}${url.search}`, headers: requestHeaders, signal, ...timeouts }, (response) => {
      if (redirectStatuses.has(response.statusCode)) {
        seen.location = redirectLocation(response, url);
        throw new Error('The body of a redirect is not read');
      }
      requireFile(response, url, maxBytes);
      seen.sink = new DownloadSink(path, url, maxBytes);
      return seen.sink;
    });
  } catch (error) {
    if (seen.location !== undefined) return { location: seen.location };
    await seen.sink?.discard();
    throw error instanceof DiskError ? error.cause : fromNetworkError(error, url);
  }
  return { path, sizeBytes: seen.sink?.sizeBytes ?? 0, finalUrl: url.href };
}

const requestHeaders = { 'user-agent': 'heliograph (media fetch)', accept: 'image/*, video/*, */*;q=0.1', 'accept-encoding': 'identity' };

interface ResponseHead {
  readonly statusCode: number;
  readonly headers: IncomingHttpHeaders;
}

function redirectLocation({ headers }: ResponseHead, url: URL): string {
  const location = headers['location'];
  if (typeof location !== 'string') throw unreachable('invalid_response', url);
  return location;
}

/** The status and headers of a file that may come; the declared length is only good for refusing early. */
function requireFile({ statusCode, headers }: ResponseHead, url: URL, maxBytes: number): void {
  if (statusCode !== 200) throw unreachable('http_status', url, { details: { status: statusCode } });
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') throw unreachable('encoded', url);
  if (Number(headers['content-length'] ?? 0) > maxBytes) throw tooLarge(url, maxBytes);
}
