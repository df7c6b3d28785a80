/** Why the authorize page cannot be shown: told to the person, as there is no address to send them back to that can be trusted. */
export class AuthorizeError extends Error {
  constructor(readonly status: number, readonly title: string, message: string) {
    super(message);
  }
}
