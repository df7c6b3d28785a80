import type { IncomingHttpHeaders } from 'node:http';
import type { PostFailure } from './post-failure.js';
import type { ConnectTiming } from './timed-connector.js';

export interface PostAnswer {
  readonly kind: 'answered';
  readonly statusCode: number;
  readonly headers: IncomingHttpHeaders;
  /** What was read of it, 16 KB at most. */
  readonly body: Buffer;
}

export type PostTiming = ConnectTiming & { first_byte?: number };

export type PostResult = (PostAnswer | PostFailure) & { readonly timing: PostTiming; readonly durationMs: number };

export interface PosterLimits {
  readonly connectMs: number;
  readonly totalMs: number;
  /** A status that is here counts; the rest of the answer is waited for no longer than this. */
  readonly bodyMs: number;
  readonly maxBodyBytes: number;
  /** A connection without work is closed. */
  readonly idleMs: number;
  readonly maxIdle: number;
}
