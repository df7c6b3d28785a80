/** The database cannot be brought to this release's schema. The message is for the operator: what is wrong, then what to do. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

/** What the database said, without the engine's own backtrace. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const [, quoted] = /Error querying the database: (?:ERROR: )?(.+)/.exec(text) ?? [];
  return (quoted ?? text).trim();
}
