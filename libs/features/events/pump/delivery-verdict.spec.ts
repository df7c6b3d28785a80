import { describe, expect, it } from 'vitest';
import { after, seconds } from '#kernel/clock';
import type { PostResult } from '#infra/http/egress/post-result';
import { judgeAttempt } from './delivery-verdict.js';

const now = new Date('2026-11-22T12:00:00Z');
const rest = { timing: {}, durationMs: 1 };
const answered = (statusCode: number, headers = {}): PostResult => ({ kind: 'answered', statusCode, headers, body: Buffer.alloc(0), ...rest });
const judge = (result: PostResult, attempts = 1, isTest = false): ReturnType<typeof judgeAttempt> => judgeAttempt({ attempts, isTest, result, now }, () => 0.5);

describe('judgeAttempt', () => {
  it.each([200, 201, 204, 299])('%i is success', (status) => {
    expect(judge(answered(status))).toEqual({ state: 'delivered', nextAttemptAt: null, errorClass: null, error: null, isGone: false });
  });

  it.each<[string, PostResult, string]>([
    ['a redirect', answered(301), 'http_3xx'],
    ['not modified', answered(304), 'http_3xx'],
    ['a refusal', answered(400), 'http_4xx'],
    ['too many requests', answered(429), 'http_4xx'],
    ['a fault', answered(503), 'http_5xx'],
    ['no status', answered(999), 'invalid_response'],
    ['no answer', { kind: 'failed', failure: 'timeout', message: 'No answer came in time', ...rest }, 'timeout'],
    ['a forbidden address', { kind: 'failed', failure: 'egress_refused', message: 'No', ...rest }, 'egress_refused'],
  ])('%s is tried again', (_what, result, errorClass) => {
    expect(judge(result)).toMatchObject({ state: 'pending', nextAttemptAt: after(now, seconds(60)), errorClass, isGone: false });
  });

  it('obeys Retry-After', () => {
    expect(judge(answered(429, { 'retry-after': '100' })).nextAttemptAt).toEqual(after(now, seconds(100)));
  });

  it('410 ends the endpoint, and the delivery waits in case that it comes back', () => {
    expect(judge(answered(410))).toMatchObject({ state: 'pending', errorClass: 'http_4xx', isGone: true });
  });

  it('is dead after the tenth attempt, and a test after its first', () => {
    expect(judge(answered(500), 10)).toMatchObject({ state: 'dead', nextAttemptAt: null });
    expect(judge(answered(500), 1, true)).toMatchObject({ state: 'dead', nextAttemptAt: null });
  });
});
