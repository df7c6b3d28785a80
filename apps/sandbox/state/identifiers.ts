import { randomBytes, randomInt } from 'node:crypto';

/**
 * Ids look like Meta's: numeric strings of 17 digits, above 2^53 and odd, so that a client which parses one as a
 * JavaScript number always ends up with a different id (reference §0: "generate >2^53 numbers").
 */
const PREFIXES = {
  user: '178414',
  app_scoped_user: '25',
  person: '101',
  page: '102',
  container: '1788',
  media: '179',
  comment: '1785',
} as const;

const ID_LENGTH = 17;

export type IdentifierKind = keyof typeof PREFIXES;

export function newIdentifier(kind: IdentifierKind, isTaken: (id: string) => boolean): string {
  for (;;) {
    const id = withOddEnd(PREFIXES[kind] + randomDigits(ID_LENGTH - PREFIXES[kind].length));
    if (!isTaken(id)) return id;
  }
}

function randomDigits(length: number): string {
  let digits = '';
  while (digits.length < length) digits += String(randomInt(1_000_000)).padStart(6, '0');
  return digits.slice(0, length);
}

function withOddEnd(digits: string): string {
  return Number(digits.at(-1)) % 2 === 1 ? digits : `${digits.slice(0, -1)}${String(Number(digits.at(-1)) + 1)}`;
}

/** 11 characters of the URL-safe base64 alphabet, as in `instagram.com/p/{shortcode}/`. */
export function newShortcode(): string {
  return `D${randomBytes(8).toString('base64url').slice(0, 10)}`;
}

const TOKEN_STARTS = { instagram: 'IGAA', facebook: 'EAA' } as const;

/** Tokens start as Meta's do and are long; nothing but their owner can be read from one. */
export function newAccessToken(login: keyof typeof TOKEN_STARTS): string {
  return `${TOKEN_STARTS[login]}${randomBytes(90).toString('base64url').replaceAll(/[-_]/gu, 'Z')}`;
}
