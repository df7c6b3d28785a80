import type { ErrorRow } from './error-row.js';

const handling = '§2.4 Meta: Handling Errors';
const limits = '§2.4 Meta: Rate Limits';

const reconnect = 'Reconnect the account.';
const logIn = 'Log in to Instagram and resolve what it asks for, then reconnect the account.';
const waitForLimit = 'Wait: Heliograph goes on when the limit allows.';

const permission = {
  meaning: 'a permission is missing or was removed', policy: 'reauth',
  remedy: 'Reconnect the account and allow everything it asks for.', source: '§2.3 Meta: Error Codes',
} as const;

/** Limits that say only "too much". Each is its own code; the time to wait is in the usage headers (§3). */
const throttles: readonly (readonly [code: number, meaning: string])[] = [
  [4, 'app rate limit'], [17, 'user rate limit'], [32, 'Page rate limit'], [341, 'app limit'], [613, 'custom rate limit'],
  [80001, 'business use case limit of the Page'], [80002, 'business use case limit of Instagram'],
  [80006, 'business use case limit of Messenger'],
  ...[80000, 80003, 80004, 80005, 80008, 80009, 80014].map((code) => [code, 'business use case limit'] as const),
];

function throttle(code: number, subcode: number | null, meaning: string): ErrorRow {
  return { code, subcode, meaning, policy: 'quota', remedy: waitForLimit, source: limits };
}

/** Tokens, limits and policy: every row of instagram-graph.md §2.4. */
export const accessErrors: readonly ErrorRow[] = [
  {
    code: 3, subcode: null, meaning: 'the app lacks the capability', policy: 'fix',
    remedy: 'This account cannot do that with Instagram Login.', source: handling,
  },
  { code: 102, subcode: null, meaning: 'the session is invalid', policy: 'reauth', remedy: reconnect, source: handling },
  { code: 190, subcode: null, meaning: 'the token is expired, revoked or malformed', policy: 'reauth', remedy: reconnect, source: handling },
  { code: 190, subcode: 458, meaning: 'the person removed the app', policy: 'reauth', remedy: reconnect, source: handling },
  { code: 190, subcode: 459, meaning: 'the person is checkpointed', policy: 'user', remedy: logIn, concernsAccount: true, source: handling },
  { code: 190, subcode: 460, meaning: 'the password was changed', policy: 'reauth', remedy: reconnect, source: handling },
  { code: 190, subcode: 463, meaning: 'the token expired', policy: 'reauth', remedy: reconnect, source: handling },
  { code: 190, subcode: 464, meaning: 'the person is not confirmed', policy: 'user', remedy: logIn, concernsAccount: true, source: handling },
  { code: 190, subcode: 467, meaning: 'the token is invalid', policy: 'reauth', remedy: reconnect, source: handling },
  {
    code: 190, subcode: 490, meaning: 'the account is at a security checkpoint', policy: 'user', concernsAccount: true,
    remedy: logIn, source: '§2.4 vendor Messenger troubleshooting',
  },
  {
    code: 190, subcode: 492, meaning: 'the person has no role on the Page', policy: 'user', concernsAccount: true,
    remedy: 'Ask for a role on the Page, then reconnect the account.', source: handling,
  },
  ...throttles.map(([code, meaning]) => throttle(code, null, meaning)),
  throttle(613, 1996, 'irregular volume of requests'),
  throttle(80004, 2446079, 'business use case limit'),
  { code: 10, subcode: null, ...permission },
  {
    code: 368, subcode: null, meaning: 'temporarily blocked for policy', policy: 'user', concernsAccount: true,
    remedy: 'Open Instagram, read the notice, and pause publishing for some hours.', source: handling,
  },
  {
    code: 506, subcode: null, meaning: 'duplicate post', policy: 'duplicate',
    remedy: 'Check whether the post is live already; otherwise change the text.', source: handling,
  },
  {
    code: 2500, subcode: null, meaning: 'malformed query', policy: 'fix',
    remedy: 'Report this: Heliograph sent a malformed query.', source: '§2.4 recalled',
  },
  { code: 1609005, subcode: null, meaning: 'the link could not be read', policy: 'fix', remedy: 'Check the link.', source: handling },
];

/** Ranges: a code or subcode between two bounds. */
export interface ErrorRange {
  readonly of: 'code' | 'subcode';
  readonly from: number;
  readonly to: number;
  readonly row: ErrorRow;
}

export const errorRanges: readonly ErrorRange[] = [
  { of: 'subcode', from: 9050, to: 9064, row: {
    code: 100, subcode: null, meaning: 'the audio cannot be used', policy: 'fix', remedy: 'Choose another audio.', source: '§2.3 audio API, 2026-06',
  } },
  { of: 'code', from: 200, to: 299, row: { code: 200, subcode: null, ...permission } },
];
