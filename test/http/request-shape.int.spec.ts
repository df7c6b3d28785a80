import 'reflect-metadata';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LiveApi } from './live-api.js';

let api: LiveApi;
beforeAll(async () => {
  api = await LiveApi.start(2);
}, 60_000);
afterAll(() => api?.close());

interface Reply {
  readonly status: number;
  readonly id: unknown;
  readonly body: Readonly<Record<string, unknown>>;
}

async function call(method: string, url: string, body: string | null = null, headers: Record<string, string> = {}): Promise<Reply> {
  const answer = await api.send({ method, operationId: null, url, body, headers: { authorization: `Bearer ${api.key}`, ...headers } });
  return { status: answer.status, id: answer.headers['x-request-id'], body: JSON.parse(answer.text) as Record<string, unknown> };
}

const json = { 'content-type': 'application/json' };
const valid = JSON.stringify({ post: { body: 'x' }, profiles: ['instagram'] });

describe('a request body', () => {
  it.each<[string, string, { position: number; line: number; column: number }]>([
    ['ends early', '{"post":', { position: 8, line: 1, column: 9 }],
    ['has a comma too many', '{\n  "post": {},\n}', { position: 16, line: 3, column: 1 }],
    ['goes on after its end', `${valid}}`, { position: valid.length, line: 1, column: valid.length + 1 }],
    ['has a line break in a text', '{"post": "a\nb"}', { position: 11, line: 1, column: 12 }],
  ])('that %s is answered with the place', async (_name, body, place) => {
    const answer = await call('POST', '/api/posts', body, json);
    expect(answer).toMatchObject({ status: 400, body: { code: 'malformed_request', details: place } });
    expect(answer.body['message']).toBe(`The body is not valid JSON: line ${place.line}, column ${place.column} (position ${place.position})`);
  });

  it.each(['{"post":{},"__proto__":{"a":1}}', '{"post":{"constructor":{"prototype":{}}}}'])('that would reach a prototype is refused: %s', async (body) => {
    expect(await call('POST', '/api/posts', body, json)).toMatchObject({ status: 400, body: { code: 'malformed_request', message: expect.stringContaining('no request may have') } });
  });

  it.each(['text/plain', 'text/plain; charset=utf-8', 'application/xml', 'application/octet-stream', 'application/vnd.api+json', 'nonsense', ''])('of type "%s" is a 415', async (type) => {
    expect(await call('POST', '/api/posts', valid, { 'content-type': type })).toMatchObject({ status: 415, body: { code: 'unsupported_content_type' } });
    expect(await call('DELETE', '/api/posts/post_nobody', 'x', { 'content-type': type })).toMatchObject({ status: 415 });
  });

  it.each([['/api/posts', 'JSON'], ['/api/posts/validate', 'JSON']])('that is refused before its end ends its connection: %s', async (path) => {
    const { hostname, port } = new URL(await api.url());
    const socket = connect(Number(port), hostname);
    const head = `POST ${path} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${api.key}\r\ncontent-type: application/json\r\ncontent-length: 50000000\r\n\r\n`;
    socket.write(`${head}{"post": {"body": "${'x'.repeat(3_000_000)}`);
    const answer = (await text(socket)).toLowerCase();
    expect(answer).toMatch(/^http\/1\.1 413 /);
    expect(answer).toContain('connection: close');
  });

  it('of type JSON may name its charset', async () => {
    expect(await call('POST', '/api/posts', valid, { 'content-type': 'application/json; charset=utf-8' })).toMatchObject({ status: 422, body: { message: 'Media is required for feed post on Instagram' } });
  });

  it('may be missing although its type is named', async () => {
    expect(await call('DELETE', '/api/posts/post_nobody', null, json)).toMatchObject({ status: 404 });
    expect(await call('POST', '/api/posts', '', json)).toMatchObject({ status: 400, body: { code: 'parameter_missing' } });
  });

  it.each<[string, string, number, number]>([
    ['POST', '/api/posts', 900_000, 422],
    ['POST', '/api/posts', 1_100_000, 413],
    ['DELETE', '/api/posts/post_nobody', 60_000, 422],
    ['DELETE', '/api/posts/post_nobody', 70_000, 413],
  ])('has the limit of its route: %s %s with %i bytes', async (method, url, size, status) => {
    expect(await call(method, url, JSON.stringify({ post: {}, profiles: ['instagram'], padding: 'x'.repeat(size) }), json)).toMatchObject({ status });
  });

  it.each<[string, object, string]>([
    ['at the top', { colour: 'red' }, 'Unknown parameter: colour'],
    ['inside post', { post: { title: 'x' } }, 'Unknown parameter: post.title'],
  ])('with an unknown key %s is refused', async (_name, extra, sentence) => {
    const answer = await call('POST', '/api/posts', JSON.stringify({ post: {}, profiles: ['instagram'], ...extra }), json);
    expect(answer).toMatchObject({ status: 422, body: { code: 'validation_failed', errors: [sentence] } });
  });
});

describe('an address', () => {
  it.each(['/api/posts', '/api/profiles', '/api/profile_groups'])('may end in a slash: %s/', async (path) => {
    const { body, status } = await call('GET', path);
    expect(await call('GET', `${path}/`)).toMatchObject({ status, body });
    expect(await call('GET', `${path}/?profile_group_id=${api.groupId}`)).toMatchObject({ status: 200, body });
  });

  it.each(['platforms=instagram,threads', 'platforms[]=instagram&platforms[]=threads', 'platforms%5B%5D=instagram&platforms%5B%5D=threads', 'platforms=instagram&platforms=threads', 'platforms=instagram'])('takes a list as %s', async (query) => {
    expect(await call('GET', `/api/posts?${query}`)).toMatchObject({ status: 200, body: { total: 0 } });
  });

  it.each(['platforms[a]=x', 'platforms[a][b]=x', 'page=1&page=2', 'limit[]=1&limit[]=2', 'colour=red', '__proto__[a]=1', 'status=gone'])('is refused with %s', async (query) => {
    const { status, body } = await call('GET', `/api/posts?${query}`);
    // What names a prototype is dropped by the reader and so never seen.
    expect([status, body['code']]).toEqual(query.startsWith('__proto__') ? [200, undefined] : [422, 'validation_failed']);
  });
});

describe('the request id', () => {
  it.each(['my-request-0001', 'a1b2c3d4', '0af7651916cd43dd8448eb211c80319c:00f067aa0ba902b7', 'x'.repeat(128)])('is echoed when sane: %s', async (id) => {
    expect((await call('GET', '/api/profiles', null, { 'x-request-id': id })).id).toBe(id);
  });

  it.each(['short', 'with space', 'x'.repeat(129), '<script>alert(1)</script>', '{"a":"b"}', 'tab\there-and-on'])('is ours when not: %s', async (id) => {
    const answer = await call('GET', '/api/nothing', null, { 'x-request-id': id });
    expect(answer.id).toMatch(/^req_[0-9a-z]{26}$/);
    expect(answer.body['request_id']).toBe(answer.id);
  });

  it.each(['/%ff', `/${'a'.repeat(17_000)}`, '/api/nothing', `/api/posts/${'a'.repeat(600)}`])('is in the answer to what no route takes', async (url) => {
    const answer = await call('GET', url);
    expect(answer.id).toBe(answer.body['request_id']);
  });
});
