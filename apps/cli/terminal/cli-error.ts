/** Something the person at the terminal can put right: printed as its sentence, without a stack. Says what is wrong, then what to do. */
export class CliError extends Error {
  override readonly name = 'CliError';
}

/** Errors whose message is made for a person; anything else is a bug and shows its stack. */
const sentences = new Set(['CliError', 'SettingsError', 'EmbeddedPostgresError', 'MigrationError', 'AppError', 'UnreadableSecretsError']);

export function isSentence(error: unknown): error is Error {
  return error instanceof Error && sentences.has(error.name);
}
