/** Something about the machine or the data folder keeps PostgreSQL from running. The message is for the operator: what is wrong, then what to do. */
export class EmbeddedPostgresError extends Error {
  constructor(problem: string, remedy: string, options?: ErrorOptions) {
    super(`${problem.replace(/[.\s]+$/, '')}. ${remedy}`, options);
    this.name = 'EmbeddedPostgresError';
  }
}

export const useExternalDatabase = 'or set DATABASE_URL to a PostgreSQL server of your own.';
