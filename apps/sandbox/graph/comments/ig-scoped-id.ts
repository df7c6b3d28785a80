import { createHash } from 'node:crypto';

/**
 * Id of another person, scoped to person and business account (§0): the same name has another number at every account. Begins
 * as no node's id does, and is above 2^53 and odd as all of them are.
 */
export function igScopedId(userId: string, username: string): string {
  const digest = createHash('sha256').update(`${userId} ${username.toLowerCase()}`).digest();
  const digits = String(digest.readBigUInt64BE() % 10n ** 13n).padStart(13, '0');
  return `991${digits}1`;
}
