import { describe, expect, it } from 'vitest';
import { jsonReply } from '../http/reply.js';
import type { Account } from '../state/entities.js';
import type { ApiCall } from './api-call.js';
import { RequestLog } from './request-log.js';

const TOKEN = `IGAA${'x'.repeat(50)}WXYZ`;

function call(parameters: Record<string, unknown> = {}, account: Account | null = null): ApiCall {
  return { method: 'POST', target: { host: null, pathname: '/v25.0/me/media', prefix: '' }, path: '/me/media', account, parameters };
}

function log(): RequestLog {
  return new RequestLog(() => Date.parse('2026-11-22T12:00:00Z'));
}

function latest(requests: RequestLog, limit = 10): ReturnType<RequestLog['list']> {
  return requests.list({ limit, account: null });
}

describe('Request log', () => {
  it('shows a call with path as called, answer as JSON, and no secret', () => {
    const requests = log();
    requests.record(call({ access_token: TOKEN, caption: 'Hello' }), jsonReply(200, { id: '1', next: `https://x/?access_token=${TOKEN}` }), 1.26, 'f');
    expect(latest(requests)).toEqual([{
      id: 1, at: '2026-11-22T12:00:00.000Z', method: 'POST', host: null, path: '/v25.0/me/media', account: null,
      parameters: { access_token: 'IGAAxx…WXYZ', caption: 'Hello' }, status: 200,
      answer: { id: '1', next: 'https://x/?access_token=IGAAxx…WXYZ' }, took_ms: 1.3, fault_id: 'f',
    }]);
  });

  it('shows a cut connection and an answer that is no JSON', () => {
    const requests = log();
    requests.record(call(), 'cut', 0, null);
    requests.record(call(), { status: 502, body: '<html>' }, 0, null);
    expect(latest(requests).map(({ status, answer }) => [status, answer])).toEqual([[502, '<html>'], ['cut', null]]);
  });

  it('keeps the last 1,000, newest first, and goes on counting when it is emptied', () => {
    const requests = log();
    for (let each = 0; each < 1005; each += 1) requests.record(call(), 'cut', 0, null);
    const ids = latest(requests, 5000).map(({ id }) => id);
    expect([ids.length, ids[0], ids.at(-1)]).toEqual([1000, 1005, 6]);
    requests.clear();
    expect(latest(requests)).toEqual([]);
    requests.record(call(), 'cut', 0, null);
    expect(latest(requests).map(({ id }) => id)).toEqual([1006]);
  });

  it('cuts large answers and parameters, and survives deep ones', () => {
    const requests = log();
    let deep: unknown = 'x';
    for (let level = 0; level < 100_000; level += 1) deep = [deep];
    requests.record(call({ caption: 'c'.repeat(50_000), children: deep, small: 'kept' }), jsonReply(200, { text: 't'.repeat(50_000) }), 0, null);
    const [row] = latest(requests);
    expect(row?.parameters).toEqual({ caption: `${'c'.repeat(4096)}… (50000 characters)`, children: '… (too large or too deep for the log)', small: 'kept' });
    expect(row?.answer).toMatch(/^\{"text":"t+… \(50011 characters\)$/u);
  });

  it('keeps 100 parameters of a call that has more', () => {
    const requests = log();
    requests.record(call(Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`p${String(index)}`, '1']))), 'cut', 0, null);
    expect(latest(requests)[0]?.parameters).toMatchObject({ p99: '1', '…': '4900 more' });
  });
});
