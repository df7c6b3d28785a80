import { Client, type buildConnector } from 'undici';
import { AppError } from '#kernel/app-error';
import { seconds } from '#kernel/clock';
import type { EgressPolicy } from './egress-policy.js';
import { guardedLookup, systemResolver, type Resolver } from './guarded-lookup.js';
import { failureOf, handshakeFailed, type PostFailure } from './post-failure.js';
import { postOnce, type Posting } from './post-once.js';
import type { PostAnswer, PosterLimits, PostResult, PostTiming } from './post-result.js';
import { connector, timedConnector, type TimedConnector } from './timed-connector.js';

const usualLimits: PosterLimits = { connectMs: seconds(10), totalMs: seconds(30), bodyMs: seconds(5), maxBodyBytes: 16 * 1024, idleMs: seconds(15), maxIdle: 500 };
const maxHeaderBytes = 16 * 1024;

/** Judges where a call may go: the address by itself, and what its host resolves to. */
export interface EgressGuard {
  readonly policy: EgressPolicy;
  /** @throws AppError egress_refused */
  read(address: string): URL;
}

interface Line {
  readonly client: Client;
  readonly connector: TimedConnector;
  uses: number;
  idleSince: number;
}

/**
 * Posts to addresses that users gave, on connections that are kept. The guard is that of every outgoing call: addresses and all answers of DNS are judged, and
 * the connection is made to what was judged; it stays there, whatever the name means later. No redirect is followed. Calls never share a connection, and how
 * many there are at the same time is the caller's business.
 */
export class EgressPoster {
  private readonly idle = new Map<string, Line[]>();
  private idleCount = 0;
  private readonly connect: buildConnector.connector;
  private readonly limits: PosterLimits;
  private sweeper: NodeJS.Timeout | null = null;

  constructor(private readonly guard: EgressGuard, resolve: Resolver = systemResolver, limits: Partial<PosterLimits> = {}) {
    this.limits = { ...usualLimits, ...limits };
    this.connect = connector(guardedLookup(guard.policy, resolve), this.limits.connectMs);
  }

  /** One request, and whatever came of it: it does not throw. */
  async post(address: string, headers: Readonly<Record<string, string>>, body: string): Promise<PostResult> {
    const started = performance.now();
    const url = this.read(address);
    if (url instanceof AppError) return { ...failureOf(url, false), timing: {}, durationMs: 0 };
    const posting: Posting = { path: `${url.pathname}${url.search}`, headers, body, deadline: started + this.limits.totalMs, limits: this.limits };
    const line = this.take(url.origin);
    const wasUsed = line.uses > 0;
    let result = await this.postOn(line, url.origin, posting);
    // The receiver may have closed a kept connection at the instant at which it was used: then nobody read the request.
    if (wasUsed && result.kind === 'failed' && result.failure === 'reset') result = await this.postOn(this.open(url.origin), url.origin, posting);
    return { ...result, durationMs: Math.round(performance.now() - started) };
  }

  /** Calls under way are the caller's: end them first. */
  async close(): Promise<void> {
    if (this.sweeper) clearInterval(this.sweeper);
    const lines = [...this.idle.values()].flat();
    this.idle.clear();
    this.idleCount = 0;
    await Promise.all(lines.map(({ client }) => client.destroy()));
  }

  private read(address: string): URL | AppError {
    try {
      return this.guard.read(address);
    } catch (error) {
      if (error instanceof AppError) return error;
      throw error;
    }
  }

  private async postOn(line: Line, origin: string, posting: Posting): Promise<(PostAnswer | PostFailure) & { timing: PostTiming }> {
    line.uses += 1;
    const { outcome, firstByteMs, isReusable } = await postOnce(line.client, posting);
    const timing = { ...line.connector.take(), ...(firstByteMs === null ? {} : { first_byte: Math.round(firstByteMs * 100) / 100 }) };
    if (isReusable) this.giveBack(line, origin);
    else await line.client.destroy();
    const isHandshake = outcome.kind === 'failed' && outcome.failure === 'connect' && timing.connect !== undefined && origin.startsWith('https:');
    return { ...(isHandshake ? handshakeFailed : outcome), timing };
  }

  private take(origin: string): Line {
    const lines = this.idle.get(origin);
    const line = lines?.pop();
    if (!line) return this.open(origin);
    this.idleCount -= 1;
    if (lines?.length === 0) this.idle.delete(origin);
    return line;
  }

  private open(origin: string): Line {
    const timed = timedConnector(this.connect);
    const client = new Client(origin, { connect: timed.connect, maxHeaderSize: maxHeaderBytes, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });
    return { client, connector: timed, uses: 0, idleSince: 0 };
  }

  private giveBack(line: Line, origin: string): void {
    if (this.idleCount >= this.limits.maxIdle) {
      void line.client.destroy();
      return;
    }
    line.idleSince = performance.now();
    const lines = this.idle.get(origin);
    if (lines) lines.push(line);
    else this.idle.set(origin, [line]);
    this.idleCount += 1;
    this.sweeper ??= setInterval(() => this.sweep(), this.limits.idleMs).unref();
  }

  private sweep(): void {
    const oldest = performance.now() - this.limits.idleMs;
    for (const [origin, lines] of this.idle) {
      const kept = lines.filter((line) => line.idleSince > oldest);
      for (const line of lines) if (line.idleSince <= oldest) void line.client.destroy();
      this.idleCount -= lines.length - kept.length;
      if (kept.length === 0) this.idle.delete(origin);
      else this.idle.set(origin, kept);
    }
  }
}
