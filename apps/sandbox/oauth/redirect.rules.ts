import type { AuthorizeRequest } from './authorize-request.reader.js';

/** Instagram puts this behind the code (§8.1, point 2); Facebook a longer one [recalled]. Not part of the code. */
const SUFFIX = { instagram: '#_', facebook: '#_=_' } as const;

type Destination = Pick<AuthorizeRequest, 'redirectUri' | 'state' | 'login'>;

/** Where an approval leads. */
export function approvedAddress(to: Destination, code: string): string {
  return `${withParameters(to, { code })}${SUFFIX[to.login]}`;
}

/** Where a refusal leads (§8.1, point 2). */
export function deniedAddress(to: Destination): string {
  return withParameters(to, { error: 'access_denied', error_reason: 'user_denied', error_description: 'The user denied your request' });
}

/** What is in the address stays as it is: it must be byte-identical when the code is exchanged. */
function withParameters({ redirectUri, state }: Destination, parameters: Record<string, string>): string {
  const query = new URLSearchParams({ ...parameters, ...(state === null ? {} : { state }) }).toString();
  const joint = !redirectUri.includes('?') ? '?' : /[?&]$/u.test(redirectUri) ? '' : '&';
  return `${redirectUri}${joint}${query}`;
}
