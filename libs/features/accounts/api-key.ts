import { hash, randomBytes, timingSafeEqual } from 'node:crypto';

const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const keyPattern = /^hg_([0-9a-z]{8})_([0-9A-Za-z]{27,128})$/;

export interface ParsedApiKey {
  /** The public part: what a key is looked up and shown by. */
  readonly prefix: string;
  readonly secretHash: Buffer;
}

/** `hg_<short>_<long>`: 40 random bits to find it by, 190 random bits (32 base-62 digits) to trust it by. */
export function generateApiKey(): string {
  return `hg_${randomText(8, base62.toLowerCase().slice(0, 36))}_${randomText(32, base62)}`;
}

/** A new key as text, for its one showing, and as it is stored. */
export function newApiKey(): { readonly text: string; readonly parsed: ParsedApiKey } {
  const text = generateApiKey();
  const parsed = parseApiKey(text);
  if (!parsed) throw new Error('A generated key did not parse');
  return { text, parsed };
}

/** Null for anything that is not shaped like a key. SHA-256 is enough: the secret part is random, not a password. */
export function parseApiKey(text: string): ParsedApiKey | null {
  const [, prefix, secret] = keyPattern.exec(text) ?? [];
  if (!prefix || !secret) return null;
  return { prefix, secretHash: Buffer.from(hash('sha256', secret, 'binary'), 'latin1') };
}

export function isSameSecret(known: Uint8Array, offered: Uint8Array): boolean {
  return known.length === offered.length && timingSafeEqual(known, offered);
}

/** Rejection sampling: every digit equally likely. */
function randomText(length: number, alphabet: string): string {
  const limit = 256 - (256 % alphabet.length);
  let text = '';
  while (text.length < length) {
    for (const byte of randomBytes(length)) {
      if (byte < limit && text.length < length) text += alphabet[byte % alphabet.length] ?? '';
    }
  }
  return text;
}
