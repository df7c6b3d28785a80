import { randomFillSync } from 'node:crypto';

/** Prefix of each kind of id. The rest is a UUIDv7 in lower-case Crockford base32, so that id order is creation order. */
export const idPrefixes = {
  workspace: 'ws',
  apiKey: 'key',
  profileGroup: 'grp',
  profile: 'prof',
  connectionAttempt: 'conn',
  media: 'med',
  post: 'post',
  platformPost: 'pp',
  publishAttempt: 'att',
  event: 'evt',
  auditEntry: 'aud',
  request: 'req',
  lease: 'lease',
} as const;

export type IdKind = keyof typeof idPrefixes;

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const bodyPattern = /^[0-9a-hjkmnp-tv-z]{26}$/;
let lastMillisecond = 0;
let sequence = 0;

/**
 * A new id, e.g. `post_06f3…`. Ids made by one process sort in the order they were made, also within a millisecond
 * (12-bit counter in rand_a, RFC 9562 §6.2 method 1).
 */
export function newId(kind: IdKind, now: number = Date.now()): string {
  return `${idPrefixes[kind]}_${encodeBase32(uuidV7(now))}`;
}

export function isId(kind: IdKind, value: string): boolean {
  const prefix = `${idPrefixes[kind]}_`;
  return value.startsWith(prefix) && bodyPattern.test(value.slice(prefix.length));
}

function uuidV7(now: number): Uint8Array {
  if (now > lastMillisecond) {
    lastMillisecond = now;
    sequence = 0;
  } else if (++sequence > 0xfff) {
    lastMillisecond += 1;
    sequence = 0;
  }
  const bytes = randomBytes16();
  const view = new DataView(bytes.buffer);
  view.setUint16(0, Math.floor(lastMillisecond / 2 ** 32));
  view.setUint32(2, lastMillisecond % 2 ** 32);
  view.setUint16(6, 0x7000 | sequence);
  view.setUint8(8, 0x80 | (view.getUint8(8) & 0x3f));
  return bytes;
}

/** Random bytes are taken from the system in larger portions: one call for 16 bytes costs ten times as much as the id. */
const pool = new Uint8Array(4096);
let poolUsed = pool.length;

function randomBytes16(): Uint8Array<ArrayBuffer> {
  if (poolUsed === pool.length) {
    randomFillSync(pool);
    poolUsed = 0;
  }
  poolUsed += 16;
  return pool.slice(poolUsed - 16, poolUsed);
}

/** 128 bits in 26 characters: two zero bits in front, then five bits a character, so that text order equals byte order. */
function encodeBase32(bytes: Uint8Array): string {
  let text = '';
  let buffer = 0;
  let bits = 2;
  for (const byte of bytes) {
    buffer = (buffer << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += alphabet[(buffer >>> bits) & 31];
      buffer &= (1 << bits) - 1;
    }
  }
  return text;
}
