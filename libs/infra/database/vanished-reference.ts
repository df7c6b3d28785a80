/** What a row refers to was deleted in the moment the row was written. Nothing was written. */
export class VanishedReferenceError extends Error {
  constructor(cause: unknown) {
    super('What a new row refers to is gone', { cause });
    this.name = 'VanishedReferenceError';
  }
}

/** For `.catch` of a write: PostgreSQL refused it for a foreign key, or for a reference that a subquery no longer found. */
export function throwVanished(error: unknown): never {
  throw isReferenceViolation(error) ? new VanishedReferenceError(error) : error;
}

/** Prisma's own code, and PostgreSQL's where the statement was ours; the adapter nests them. */
const codes: ReadonlySet<unknown> = new Set(['P2003', '23503', '23502', 'ForeignKeyConstraintViolation', 'NullConstraintViolation']);

function isReferenceViolation(error: unknown, depth = 0): boolean {
  if (typeof error !== 'object' || error === null || depth > 4) return false;
  const { code, kind, originalCode, cause, meta, driverAdapterError } = error as Readonly<Record<string, unknown>>;
  if ([code, kind, originalCode].some((value) => codes.has(value))) return true;
  return [cause, meta, driverAdapterError].some((inner) => isReferenceViolation(inner, depth + 1));
}
