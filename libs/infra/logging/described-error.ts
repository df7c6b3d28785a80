import { scrub } from './scrub.js';

/** Properties of errors that say what happened. All others stay out: drivers put rows, queries and whole requests there. */
const telling = ['name', 'code', 'errno', 'syscall', 'kind', 'reason', 'statusCode', 'severity', 'schema', 'table', 'column', 'constraint', 'routine', 'originalCode', 'originalMessage'] as const;
const deepest = 5;

export interface DescribedError {
  readonly type: string;
  readonly message: string;
  readonly stack?: string;
  readonly cause?: unknown;
  readonly errors?: readonly unknown[];
  readonly [property: string]: unknown;
}

/** An error as a log may hold it: what it says, scrubbed, and where it comes from, with its causes. */
export function describeError(thrown: unknown, depth = 0): DescribedError | string {
  if (!(thrown instanceof Error)) return scrub(String(thrown));
  return {
    type: thrown.constructor.name,
    message: scrub(thrown.message),
    ...(thrown.stack ? { stack: scrub(thrown.stack) } : {}),
    ...tellingOf(thrown),
    ...(thrown.cause !== undefined && depth < deepest ? { cause: describeCause(thrown.cause, depth + 1) } : {}),
    ...(thrown instanceof AggregateError && depth < deepest ? { errors: thrown.errors.slice(0, 10).map((each) => describeError(each, depth + 1)) } : {}),
  };
}

/** Prisma's adapter gives a plain object for a cause. */
function describeCause(cause: unknown, depth: number): unknown {
  if (typeof cause !== 'object' || cause === null || cause instanceof Error) return describeError(cause, depth);
  return tellingOf(cause);
}

function tellingOf(thrown: object): Record<string, string | number> {
  const properties = thrown as Readonly<Record<string, unknown>>;
  const told: Record<string, string | number> = {};
  for (const name of telling) {
    const value = properties[name];
    if (typeof value === 'string') told[name] = scrub(value);
    if (typeof value === 'number') told[name] = value;
  }
  return told;
}
