import { errorCatalogue, errorKinds, type ErrorCode, type ErrorKind } from './error-catalogue.js';

/** One broken rule, as the error body and `validate` report it. */
export interface Violation {
  /** Stable id, e.g. `instagram.reel.duration_max`. */
  readonly rule: string;
  /** Where in the request, e.g. `media[0]` or `platforms.instagram.collaborators`. */
  readonly path: string;
  /** A sentence with the limit and the actual value. */
  readonly message: string;
  readonly limit?: string | number | null;
  readonly actual?: string | number | null;
  /** What to do about it. */
  readonly fix?: string | null;
}

export interface AppErrorOptions {
  /** One sentence per problem; default: the message alone. */
  readonly errors?: readonly string[];
  readonly violations?: readonly Violation[];
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** The only error that services throw on purpose. It knows its code; HTTP and worker policy follow from the catalogue. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly errors: readonly string[];
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(code: ErrorCode, message?: string, options: AppErrorOptions = {}) {
    const sentence = message ?? options.errors?.[0] ?? options.violations?.[0]?.message ?? errorCatalogue[code].message;
    super(sentence, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.errors = options.errors ?? options.violations?.map((violation) => violation.message) ?? [sentence];
    this.details = options.violations ? { ...options.details, violations: options.violations } : options.details;
  }

  get kind(): ErrorKind {
    return errorCatalogue[this.code].kind;
  }

  get status(): number {
    return errorKinds[this.kind].status;
  }

  get retryable(): boolean {
    return errorKinds[this.kind].retryable;
  }
}

/** Shorthand for a 422 that lists every broken rule. */
export function validationFailed(violations: readonly Violation[]): AppError {
  return new AppError('validation_failed', undefined, { violations });
}
