/** A kind of job: declared by the feature that owns it, beside its handler. The payload is ids only, never content or secrets. */
export interface JobDefinition<Payload extends object> {
  /** e.g. `publish-post`. */
  readonly name: string;
  /** Jobs of one queue share its concurrency. */
  readonly queue: string;
  /** A class with class-validator rules; what comes off the queue is checked against it. */
  readonly payload: new () => Payload;
}

export interface QueuedJob<Payload extends object> {
  readonly payload: Payload;
  /**
   * Two jobs of one name and key are one while the first still waits or runs. Only an optimisation: a job that is gone no
   * longer dedupes, so the handler's own row check is the guard. Letters, digits, `-` and `_`.
   */
  readonly dedupeKey: string;
  /** The thread of the request that caused it. */
  readonly requestId?: string;
  /** The trace of that request (W3C `traceparent`). */
  readonly traceparent?: string;
}

export function defineJob<Payload extends object>(definition: JobDefinition<Payload>): JobDefinition<Payload> {
  return definition;
}
