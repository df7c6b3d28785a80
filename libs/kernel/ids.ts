import { randomFillSync } from 'node:crypto';

/** Prefix of each kind of id. The rest is a UUIDv7 in lower-case Crockford base32, so that id order is creation order. */
export const idPrefixes = {
  workspace: 'ws',
  apiKey: 'key',
  profileGroup: 'grp',
  profile: 'prof',
  connectionAttempt: 'conn',
  media: 'med',
  upload: 'upl',
  post: 'post',
  postQueue: 'pq',
  platformPost: 'pp',
  publishAttempt: 'att',
  event: 'evt',
  webhookEndpoint: 'wh',
  webhookSecret: 'whs',
  webhookDelivery: 'dlv',
  webhookAttempt: 'wat',
  webhookReplay: 'rpl',
  auditEntry: 'aud',
  request: 'req',
  lease: 'lease',
} as const;

export type IdKind = keyof typeof idPrefixes;

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const bodyPattern = /^[0-9a-hjkmnp-tv-z]{26}$/;
/** A clock that steps back by more was wrong before: ids that went on from there would stay ahead of every other process's. */
const longestStepBack = 1_000;
let lastMillisecond = 0;
let lastTimeText = '';
let sequence = 0;

/**
 * A new id, e.g. `post_06f3…`. Ids made by one process sort in the order they were made, also within a millisecond
 * (12-bit counter in rand_a, RFC 9562 §6.2 method 1) and when the clock steps back by up to a second.
 */
export function newId(kind: IdKind, now: number = Date.now()): string {
  return `${idPrefixes[kind]}_${uuidV7(now)}`;
}

export function isId(kind: IdKind, value: string): boolean {
  const prefix = `${idPrefixes[kind]}_`;
  return value.startsWith(prefix) && bodyPattern.test(value.slice(prefix.length));
}

/**
 * A UUIDv7 as 26 digits of five bits, two zero bits in front: text order equals byte order. Written digit by digit, for every request
 * has an id: ten digits of time, the same for a whole millisecond, then version, counter, variant and 62 random bits.
 */
function uuidV7(now: number): string {
  if (now > lastMillisecond || now < lastMillisecond - longestStepBack) startMillisecond(now);
  else if (++sequence > 0xfff) startMillisecond(lastMillisecond + 1);
  if (poolUsed + 13 > pool.length) refillPool();
  const counter = 0x7000 | sequence;
  let text = lastTimeText + digit(counter >>> 11) + digit(counter >>> 6) + digit(counter >>> 1) + digit((counter << 4) | 0b01000 | (nextRandom() & 0b11));
  for (let each = 0; each < 12; each += 1) text += digit(nextRandom());
  return text;
}

function startMillisecond(millisecond: number): void {
  lastMillisecond = millisecond;
  sequence = 0;
  lastTimeText = '';
  for (let digits = 0, rest = millisecond; digits < 10; digits += 1, rest = Math.floor(rest / 32)) lastTimeText = digit(rest % 32) + lastTimeText;
}

function digit(value: number): string {
  return alphabet.charAt(value & 31);
}

/** Random bytes are taken from the system in larger portions: one call for 16 bytes costs ten times as much as the id. */
const pool = new Uint8Array(4096);
let poolUsed = pool.length;

function refillPool(): void {
  randomFillSync(pool);
  poolUsed = 0;
}

function nextRandom(): number {
  return pool[poolUsed++] ?? 0;
}
