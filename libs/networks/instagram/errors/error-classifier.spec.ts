import { describe, expect, it } from 'vitest';
import type { NetworkErrorClass } from '#networks/port/network-error';
import { classifyAnswer, classifyContainerStatus, classifyTransport } from './error-classifier.js';
import type { CallStep } from './error-policy.js';
import { errorTable } from './error-table.js';

const now = new Date('2026-03-01T12:00:00Z');
const steps: readonly CallStep[] = ['create', 'status', 'publish', 'comment', 'read'];

interface Envelope { code: number; error_subcode?: number; message?: string; type?: string; is_transient?: boolean; error_user_msg?: string; fbtrace_id?: string }

function classify(step: CallStep, error: Envelope, headers: Record<string, string> = {}, httpStatus = 400) {
  return classifyAnswer(step, { httpStatus, headers, body: { error: { type: 'OAuthException', message: 'x', ...error } } }, now);
}

const always = (name: NetworkErrorClass): NetworkErrorClass[] => [name, name, name, name, name];
const backoffOrDoubt: NetworkErrorClass[] = ['retry_later', 'retry_later', 'outcome_unknown', 'outcome_unknown', 'retry_later'];
const recreate: NetworkErrorClass[] = ['recreate', 'recreate', 'recreate', 'rejected', 'retry_later'];

/** instagram-graph.md §2.3 and §2.4, row by row: [code, subcode, class while create, status, publish, comment, read, tries]. */
const reference: readonly [number | null, number | null, NetworkErrorClass[], number?][] = [
  [-2, 2207003, recreate, 3],
  [-2, 2207020, recreate],
  [-1, 2207001, backoffOrDoubt],
  [-1, 2207032, recreate, 3],
  [-1, 2207053, recreate, 3],
  [-1, 2207073, always('rejected')],
  [-1, null, backoffOrDoubt],
  [-2, null, backoffOrDoubt],
  [1, null, backoffOrDoubt],
  [1, 2207057, always('rejected')],
  [2, null, backoffOrDoubt],
  [4, null, always('rate_limited')],
  [4, 2207051, ['needs_user', 'needs_user', 'outcome_unknown', 'outcome_unknown', 'needs_user']],
  [9, 2207042, always('rate_limited')],
  [10, null, always('needs_reauth')],
  [24, 2207006, recreate, 1],
  [24, 2207008, ['recreate', 'retry_later', 'outcome_unknown', 'rejected', 'retry_later'], 2],
  [25, 2207050, always('needs_user')],
  [100, null, always('rejected')],
  [100, 33, ['rejected', 'retry_later', 'rejected', 'retry_later', 'retry_later'], 3],
  [100, 2207018, always('rejected')],
  [100, 2207023, always('rejected')],
  [100, 2207028, always('rejected')],
  [100, 2207035, always('rejected')],
  [100, 2207036, always('rejected')],
  [100, 2207037, always('rejected')],
  [100, 2207040, always('rejected')],
  [352, 2207026, always('rejected')],
  [9004, 2207052, recreate, 3],
  [9007, 2207027, always('poll')],
  [36000, 2207004, always('rejected')],
  [36001, 2207005, always('rejected')],
  [36003, 2207009, always('rejected')],
  [36004, 2207010, always('rejected')],
  [null, 2207076, recreate, 1],
  [null, 2207077, recreate, 3],
  [null, 2207081, always('rejected')],
  [null, 2207082, recreate, 1],
  [null, 2207085, always('rejected')],
  [102, null, always('needs_reauth')],
  [190, null, always('needs_reauth')],
  [190, 458, always('needs_reauth')],
  [190, 459, always('needs_user')],
  [190, 460, always('needs_reauth')],
  [190, 463, always('needs_reauth')],
  [190, 464, always('needs_user')],
  [190, 467, always('needs_reauth')],
  [190, 490, always('needs_user')],
  [190, 492, always('needs_user')],
  [3, null, always('rejected')],
  ...[17, 32, 341, 613, 80000, 80001, 80002, 80003, 80004, 80005, 80006, 80008, 80009, 80014].map((code): [number, null, NetworkErrorClass[]] => [code, null, always('rate_limited')]),
  [613, 1996, always('rate_limited')],
  [80004, 2446079, always('rate_limited')],
  [368, null, always('needs_user')],
  [506, null, ['rejected', 'rejected', 'outcome_unknown', 'outcome_unknown', 'rejected']],
  [2500, null, always('rejected')],
  [1609005, null, always('rejected')],
];

describe('classifyAnswer', () => {
  it.each(reference)('classes %s/%s by step as the reference says', (code, subcode, classes, maxTries) => {
    const envelope = { code: code ?? 0, ...(subcode === null ? {} : { error_subcode: subcode }) };
    const errors = steps.map((step) => classify(step, envelope));
    expect(errors.map((error) => error.errorClass)).toEqual(classes);
    expect(errors[0]?.facts.maxTries).toBe(maxTries);
    expect(errors[0]?.facts.remedy).toMatch(/\w.*[.]$/);
  });

  it('has a reference row for every row of the table and a table row for every reference row', () => {
    const key = (code: number | null, subcode: number | null): string => `${code}/${subcode}`;
    expect(errorTable.map((row) => key(row.code, row.subcode)).sort()).toEqual(reference.map(([code, subcode]) => key(code, subcode)).sort());
    expect(errorTable.filter((row) => row.source === '' || row.meaning === '')).toEqual([]);
  });

  it.each([[200], [230], [299]])('asks to reconnect for permission code %s', (code) => {
    expect(classify('publish', { code }).errorClass).toBe('needs_reauth');
  });

  it.each([[199], [300]])('does not stretch the permission range to %s', (code) => {
    expect(classify('create', { code }).errorClass).toBe('retry_later');
  });

  it.each([[100, 9050], [10, 9053], [100, 9064]])('rejects unusable audio (%s/%s) whatever the code', (code, subcode) => {
    expect(classify('create', { code, error_subcode: subcode }).errorClass).toBe('rejected');
  });

  it.each([[9, 'rate_limited'], [25, 'needs_user'], [352, 'rejected'], [9004, 'recreate'], [9007, 'poll'], [36003, 'rejected']] as const)(
    'knows code %s also when the optional subcode is absent', (code, expected) => {
      expect(classify('create', { code }).errorClass).toBe(expected);
    });

  it('lets a known subcode outrank the code it comes with', () => {
    expect(classify('publish', { code: 1, error_subcode: 2207027 }).errorClass).toBe('poll');
    expect(classify('create', { code: 100, error_subcode: 2207052 }).errorClass).toBe('recreate');
  });

  it('falls back to the code when the subcode is unknown', () => {
    expect(classify('read', { code: 190, error_subcode: 999 }).errorClass).toBe('needs_reauth');
  });

  it('makes one new container for an undocumented 2207xxx, but asks first when a publish may have happened', () => {
    const errors = steps.map((step) => classify(step, { code: 100, error_subcode: 2207069 }));
    expect(errors.map((error) => error.errorClass)).toEqual(['recreate', 'recreate', 'outcome_unknown', 'outcome_unknown', 'retry_later']);
    expect(errors[0]?.facts.maxTries).toBe(1);
  });

  it('keeps an unknown code open while publishing and never rejects a read for it', () => {
    const unknown = { code: 77777, is_transient: false };
    expect(steps.map((step) => classify(step, unknown).errorClass)).toEqual(['rejected', 'retry_later', 'outcome_unknown', 'outcome_unknown', 'retry_later']);
    expect(classify('create', { code: 77777 }).errorClass).toBe('retry_later');
  });

  it('reads the documented exception names when the numbers say nothing', () => {
    expect(classify('create', { code: 77777, message: 'INSTAGRAM_PLATFORM_API__INVALID_LOCATION_ID' }).errorClass).toBe('rejected');
  });

  it('decides by numbers, never by type, text or HTTP status', () => {
    const misleading = { code: 9007, error_subcode: 2207027, type: 'IGApiException', message: '(#190) 490 token expired' };
    for (const status of [200, 400, 401, 403, 429, 500]) expect(classify('publish', misleading, {}, status).errorClass).toBe('poll');
  });

  it.each([['create', 'retry_later'], ['status', 'retry_later'], ['publish', 'outcome_unknown'], ['comment', 'outcome_unknown'], ['read', 'retry_later']] as const)(
    'without an envelope, a failed %s is %s', (step, expected) => {
      for (const httpStatus of [200, 302, 404, 500, 502, 503]) {
        expect(classifyAnswer(step, { httpStatus, headers: {}, body: undefined }, now).errorClass).toBe(expected);
      }
      expect(classifyAnswer(step, { httpStatus: 429, headers: {}, body: undefined }, now).errorClass).toBe('rate_limited');
    });

  it('tells until when, from the longest regain time in the usage headers', () => {
    const usage = JSON.stringify({
      1784: [{ type: 'instagram', call_count: 100, estimated_time_to_regain_access: 12 }], 1785: [{ estimated_time_to_regain_access: 40 }],
    });
    expect(classify('create', { code: 80002 }, { 'x-business-use-case-usage': usage }).retryAt).toEqual(new Date('2026-03-01T12:40:00Z'));
    expect(classify('create', { code: 80002 }, { 'x-business-use-case-usage': 'nonsense' }).retryAt).toBeNull();
    expect(classify('create', { code: 4 }).retryAt).toBeNull();
    expect(classify('create', { code: 100 }, { 'x-business-use-case-usage': usage }).retryAt).toBeNull();
  });

  it('keeps the facts: signed numbers, both texts, trace id, status', () => {
    const error = classify('create', { code: -2, error_subcode: 2207003, message: 'Timeout', error_user_msg: 'डाउनलोड', fbtrace_id: 'A6LJ' });
    expect(error.facts).toMatchObject({ code: -2, subcode: 2207003, message: 'Timeout (डाउनलोड)', traceId: 'A6LJ', httpStatus: 400 });
  });

  it('reads the flat errors of the token endpoints, whose code is an HTTP status', () => {
    const flat = (code: number) => classifyAnswer('read', { httpStatus: code, headers: {}, body: { error_type: 'OAuthException', code, error_message: 'no' } }, now);
    expect(flat(400)).toMatchObject({ errorClass: 'rejected', facts: { code: 400, message: 'no' } });
    expect(flat(500).errorClass).toBe('retry_later');
    expect(flat(429).errorClass).toBe('rate_limited');
  });

  it('reads the errors of resumable uploads', () => {
    const upload = (retriable: boolean) =>
      classifyAnswer('create', { httpStatus: 400, headers: {}, body: { debug_info: { retriable, type: 'ProcessingFailedError', message: '{}' } } }, now);
    expect(upload(true).errorClass).toBe('retry_later');
    expect(upload(false).errorClass).toBe('recreate');
  });
});

describe('classifyTransport', () => {
  it.each([['publish', 'retry_later', 'outcome_unknown'], ['comment', 'retry_later', 'outcome_unknown'], ['create', 'retry_later', 'retry_later'], ['status', 'retry_later', 'retry_later'], ['read', 'retry_later', 'retry_later']] as const)(
    '%s: nothing sent is %s, a lost answer is %s', (step, notSent, lost) => {
      expect(classifyTransport(step, { kind: 'not_sent', reason: 'ECONNREFUSED' }).errorClass).toBe(notSent);
      expect(classifyTransport(step, { kind: 'timeout', reason: 'ETIMEDOUT' }).errorClass).toBe(lost);
      expect(classifyTransport(step, { kind: 'broken', reason: 'ECONNRESET' }).errorClass).toBe(lost);
    });
});

describe('classifyContainerStatus', () => {
  it.each([
    ['Error: Media upload has failed with error code 2207082', 'recreate', 2207082],
    ['Error: Media upload has failed with error code 2207085', 'rejected', 2207085],
    ['2207081', 'rejected', 2207081],
    ['Error: 2207026 (video)', 'rejected', 2207026],
    ['2207001', 'recreate', 2207001],
    ['2207027', 'recreate', 2207027],
    ['2207051', 'needs_user', 2207051],
    ['2207099', 'recreate', 2207099],
    ['Error: something', 'recreate', null],
    ['Error: media 22070851784140', 'recreate', null],
  ] as const)('reads "%s" as %s', (text, expected, subcode) => {
    const error = classifyContainerStatus(text);
    expect(error.errorClass).toBe(expected);
    expect(error.facts).toMatchObject({ subcode, message: text });
    if (expected === 'recreate') expect(error.facts.maxTries).toBeGreaterThan(0);
  });
});
