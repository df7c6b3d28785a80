import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiDocument, type Operation } from './api-document.js';
import { LiveApi } from './live-api.js';

const document = ApiDocument.read();
const named = (operations: readonly Operation[]): [string, Operation][] => operations.map((operation) => [operation.operationId, operation]);
const guarded = document.operations.filter(({ security }) => security);
const writing = document.operations.filter(({ method }) => method !== 'GET');
const reading = guarded.filter(({ method }) => method === 'GET');
const json = { 'content-type': 'application/json' };
const moment = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

interface Reply {
  readonly status: number;
  readonly id: unknown;
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>>;
}

let api: LiveApi;
beforeAll(async () => {
  api = await LiveApi.start(2);
}, 60_000);
afterAll(() => api?.close());

async function call(method: string, url: string, body: string | null = null, headers: Record<string, string> = {}): Promise<Reply> {
  const answer = await api.send({ method, operationId: null, url, body, headers: { authorization: `Bearer ${api.key}`, ...headers } });
  const isJson = String(answer.headers['content-type']).startsWith('application/json') && answer.text !== '';
  return { status: answer.status, id: answer.headers['x-request-id'], text: answer.text, body: isJson ? (JSON.parse(answer.text) as Record<string, unknown>) : {} };
}

/** The address with ids that nobody has, or those given. */
function addressOf({ path }: Operation, id = 'nobody_0001'): string {
  return path.replaceAll('{network}', 'instagram').replace(/\{\w+\}/g, id);
}

/** What the description shows as a body, with more in it; null where there is none. */
function exampleOf({ requestBody }: Operation, more: object = {}): string | null {
  if (!requestBody) return null;
  const [value] = document.resolve(requestBody.content?.['application/json']?.schema ?? {}).examples ?? [];
  if (typeof value !== 'object' || value === null) throw new Error('A body without an example');
  return JSON.stringify({ ...value, ...more });
}

const bodyHeaders = (body: string | null): Record<string, string> => (body === null ? {} : json);

/** The one error body, whole. */
function expectError({ status, id, body }: Reply, expected: { status: number; code: string }): void {
  expect({ status, code: body['code'] }).toEqual(expected);
  expect(body).toMatchObject({ status, error: body['message'], errors: expect.any(Array), retryable: expect.any(Boolean), request_id: id });
}

describe.each(named(guarded))('%s', (_name, operation) => {
  it('takes a slash at its end, the group of the call, and the caller\'s request id', async () => {
    const [url, body] = [addressOf(operation), operation.requestBody ? '{}' : null];
    const send = (address: string, headers: Record<string, string> = {}): Promise<Reply> => call(operation.method, address, body, { ...bodyHeaders(body), ...headers });
    const plain = await send(url);
    const others = [await send(`${url}/`), await send(`${url}?profile_group_id=${api.groupId}`), await send(url, { 'x-request-id': 'my-request-0001' })];
    expect(others.map(({ status, body: { code } }) => [status, code])).toEqual(others.map(() => [plain.status, plain.body['code']]));
    expect(others[2]?.id).toBe('my-request-0001');
  });

  it('refuses query keys it does not know, and one value given twice', async () => {
    const body = exampleOf(operation);
    const send = (query: string): Promise<Reply> => call(operation.method, `${addressOf(operation)}?${query}`, body, bodyHeaders(body));
    const unknown = await send('colour=red');
    expectError(unknown, { status: 422, code: 'validation_failed' });
    expect(unknown.body['errors']).toContain('Unknown parameter: colour');
    expectError(await send('profile_group_id=a&profile_group_id=b'), { status: 422, code: 'validation_failed' });
    expectError(await send('profile_group_id=grp_nobody'), { status: 404, code: 'not_found' });
  });

  it('is refused without a key, whatever else is wrong', async () => {
    expectError(await call(operation.method, `${addressOf(operation, 'x'.repeat(300))}?colour=red`, null, { authorization: '' }), { status: 401, code: 'invalid_api_key' });
  });
});

describe.each(named(guarded.filter(({ path }) => path.includes('{id}'))))('%s', (_name, operation) => {
  it('refuses an id that none can be', async () => {
    const body = exampleOf(operation);
    for (const [id, status, code] of [['x'.repeat(300), 422, 'validation_failed'], ['x'.repeat(600), 400, 'malformed_request'], ['a%20b', 422, 'validation_failed'], ['%ff', 400, 'malformed_request']] as const) {
      expectError(await call(operation.method, addressOf(operation, id), body, bodyHeaders(body)), { status, code });
    }
  });
});

describe.each(named(writing))('%s', (_name, operation) => {
  it('refuses a body that is too large, of another type, broken, or no object', async () => {
    const send = (body: string, type = 'application/json'): Promise<Reply> => call(operation.method, addressOf(operation), body, { 'content-type': type });
    expectError(await send(JSON.stringify({ padding: 'x'.repeat(1_100_000) })), { status: 413, code: 'body_too_large' });
    expectError(await send('<a/>', 'application/xml'), { status: 415, code: 'unsupported_content_type' });
    const broken = await send('{"a":');
    expectError(broken, { status: 400, code: 'malformed_request' });
    expect(broken.body['details']).toEqual({ position: 5, line: 1, column: 6 });
    expectError(await send('["a"]'), { status: 400, code: 'malformed_request' });
  });

  it('gets along without a body', async () => {
    for (const headers of [{}, json]) expect((await call(operation.method, addressOf(operation), null, headers)).status).toBeOneOf([200, 201, 400, 404, 422]);
  });
});

describe.each(named(writing.filter(({ security }) => security)))('%s', (_name, operation) => {
  it('refuses keys of the body that it does not know', async () => {
    const answer = await call(operation.method, addressOf(operation), exampleOf(operation, { colour: 'red' }) ?? '{"colour":"red"}', json);
    expectError(answer, { status: 422, code: 'validation_failed' });
    expect(answer.body['errors']).toEqual(['Unknown parameter: colour']);
  });
});

describe.each(named(reading))('%s', (_name, operation) => {
  const address = (): string => addressOf(operation, operation.path.includes('/profiles/') ? api.profileId : operation.path.includes('/profile_groups/') ? api.groupId : 'nobody_0001');

  it('pays no heed to a body, and answers HEAD like GET', async () => {
    const plain = await call('GET', address());
    expect(await call('GET', address(), '{"colour":', json)).toMatchObject({ status: plain.status });
    expect(await call('HEAD', address())).toMatchObject({ status: plain.status, text: '' });
  });

  it('writes times in UTC with milliseconds', async () => {
    const times = [...(await call('GET', address())).text.matchAll(/"\w+_at":"([^"]*)"/g)].map(([, time]) => time);
    for (const time of times) expect(time).toMatch(moment);
  });
});

describe('a list that is paged', () => {
  const lists = reading.filter(({ operationId, parameters }) => operationId.startsWith('list') && parameters?.some(({ name }) => name === 'limit'));

  /** The network's own list, and a table that does not grow with use. */
  const unpaged = ['listPlacements', 'listRules'];

  it('is every list of our own', () => {
    expect(reading.filter(({ operationId }) => operationId.startsWith('list') && !unpaged.includes(operationId)).map(({ operationId }) => operationId)).toEqual(lists.map(({ operationId }) => operationId));
  });

  /** What a list below one webhook is of, with two replays. */
  async function webhook(): Promise<string> {
    await api.query("INSERT INTO webhook_endpoint (workspace_id, id, url, events, created_at, updated_at) VALUES ($1, 'wh_listed', 'https://example.com', '{*}', now(), now()) ON CONFLICT DO NOTHING", [api.workspaceId]);
    await api.query(
      `INSERT INTO webhook_replay (workspace_id, id, endpoint_id, from_at, to_at, status, total, created_at, updated_at)
       SELECT $1, 'rpl_' || n, 'wh_listed', now(), now(), 'cancelled', 0, now(), now() FROM generate_series(1, 2) n ON CONFLICT DO NOTHING`, [api.workspaceId]);
    return 'wh_listed';
  }

  // Of lists below a webhook one stands for all: the others are tried with their rows.
  it.each(named(lists.filter(({ path }) => !path.includes('{') || path.endsWith('/replays'))))('%s goes by cursor to its end', async (_name, operation) => {
    const path = addressOf(operation, await webhook());
    for (let number = 0; number < 2; number += 1) {
      expect((await call('POST', '/api/profile_groups', JSON.stringify({ name: `Brand ${number}` }), json)).status).toBe(201);
      expect((await call('POST', '/api/keys', JSON.stringify({ name: `Key ${number}` }), json)).status).toBe(201);
      expect((await call('POST', '/api/webhooks', JSON.stringify({ url: `https://hooks.example.com/${number}`, events: ['*'] }), json)).status).toBe(201);
    }
    const whole = await call('GET', `${path}?limit=100`);
    expect(whole.body['next_cursor']).toBeNull();
    const seen: unknown[] = [];
    for (let cursor = ''; cursor !== 'end'; ) {
      const { body, status } = await call('GET', `${path}?limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`);
      expect([status, (body['data'] as unknown[]).length <= 1, seen.length < 50]).toEqual([200, true, true]);
      seen.push(...(body['data'] as unknown[]));
      cursor = typeof body['next_cursor'] === 'string' ? body['next_cursor'] : 'end';
    }
    expect(seen).toEqual(whole.body['data']);
    for (const query of ['limit=0', 'limit=101', 'limit=x', 'cursor=%20', `cursor=${'x'.repeat(65)}`]) expectError(await call('GET', `${path}?${query}`), { status: 422, code: 'validation_failed' });
  });

  it.each(['/api/posts', '/api/keys'])('%s goes by page, too', async (path) => {
    const [whole, page] = [await call('GET', `${path}?limit=100`), await call('GET', `${path}?page=1&per_page=1`)];
    const data = whole.body['data'] as unknown[];
    expect(page.body).toMatchObject({ total: data.length, page: 1, per_page: 1, data: data.slice(1, 2) });
    expect((await call('GET', `${path}?page=1000`)).body).toMatchObject({ total: data.length, data: [] });
  });

  it.each(['/api/profiles', '/api/profile_groups', '/api/webhooks'])('%s is whole where nothing is asked for', async (path) => {
    expect(Object.keys((await call('GET', path)).body)).toEqual(['data']);
  });
});

describe('what a path does not do', () => {
  const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'];

  it.each([...new Set(document.operations.map(({ path }) => path))])('is not found at %s', async (path) => {
    for (const method of methods.filter((each) => !document.find(each, path))) {
      expectError(await call(method, path.replaceAll('{network}', 'instagram').replace(/\{\w+\}/g, 'nobody_0001')), { status: 404, code: 'not_found' });
    }
  });
});
