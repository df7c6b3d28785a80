import { createServer, type Server } from 'node:net';
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { SystemClock } from '#kernel/clock';
import { cut, html, json, ScriptedGraph, silence, type Answer } from '#testing/scripted-graph';
import { NetworkError } from '#networks/port/network-error';
import type { CallReport, GraphCall } from './graph-call.js';
import { GraphClient, type GraphClientOptions } from './graph-client.js';

const accessToken = 'IGAAsecret0123456789';
const publish: GraphCall = {
  step: 'publish', method: 'POST', path: '/{account}/media_publish', ids: { account: '17841400000000001' }, params: { creation_id: '1 & #2' }, accessToken,
};
const create: GraphCall = { ...publish, step: 'create', path: '/{account}/media' };
const read: GraphCall = { step: 'read', method: 'GET', path: '/me', params: { fields: 'id,from{id}' }, accessToken };

let graph: ScriptedGraph;
const clients: GraphClient[] = [];
let reports: CallReport[] = [];

beforeAll(async () => {
  graph = await ScriptedGraph.start();
});
afterAll(() => graph.stop());
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
  reports = [];
  vi.unstubAllEnvs();
});

function client(options: Partial<GraphClientOptions> = {}, graphUrl = graph.url, apiVersion: string | null = null): GraphClient {
  const made = new GraphClient({ settings: { graphUrl, apiVersion }, clock: new SystemClock(), observe: (report) => void reports.push(report), ...options });
  clients.push(made);
  return made;
}

/** The failure of a call; and in no failure and no report, however deep one looks, the token. */
async function failure(call: GraphCall, made = client()): Promise<NetworkError> {
  const error = await made.call(call).then(() => null, (reason: unknown) => reason);
  expect(error).toBeInstanceOf(NetworkError);
  expect(inspect([error, reports], { depth: 20, showHidden: true })).not.toContain(accessToken);
  return error instanceof NetworkError ? error : expect.unreachable();
}

describe('a call', () => {
  it('carries the token in a header only, and a POST its parameters as a form', async () => {
    graph.script(json(200, { id: '1' }));
    await client({}, graph.url, 'v25.0').call(publish);
    expect(graph.calls).toMatchObject([{ method: 'POST', url: '/v25.0/17841400000000001/media_publish', body: 'creation_id=1+%26+%232' }]);
    expect(graph.calls[0]?.headers).toMatchObject({ authorization: `Bearer ${accessToken}`, 'content-type': 'application/x-www-form-urlencoded' });
    expect(graph.calls[0]?.headers).not.toHaveProperty('x-request-id');
  });

  it('puts the parameters of a GET into the query', async () => {
    graph.script(json(200, { id: '1' }));
    await client().call(read);
    expect(graph.calls).toMatchObject([{ method: 'GET', url: '/me?fields=id%2Cfrom%7Bid%7D', body: '' }]);
  });

  it('keeps the connection for the next one', async () => {
    graph.script(json(200, { id: '1' }));
    const made = client();
    await made.call(read);
    await made.call(publish);
    expect(graph.calls[1]?.port).toBe(graph.calls[0]?.port);
  });

  it('keeps every digit of a numeric id', async () => {
    graph.script(json(200, '{"id":17841405309211844123}'));
    expect(await client().call(read)).toEqual({ id: '17841405309211844123' });
  });

  it('ignores proxies of the environment', async () => {
    for (const name of ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY']) vi.stubEnv(name, 'http://127.0.0.1:1');
    graph.script(json(200, { id: '1' }));
    await expect(client().call(read)).resolves.toEqual({ id: '1' });
  });

  it('does not follow redirects', async () => {
    graph.script((response) => response.writeHead(302, { location: `${graph.url}/elsewhere` }).end(), json(200, { id: '1' }));
    expect((await failure(read)).errorClass).toBe('retry_later');
    expect(graph.calls).toHaveLength(1);
  });

  it.each(['', '.', '..'])('does not go astray with the id "%s"', async (account) => {
    graph.script(json(200, { id: '1' }));
    expect((await failure({ ...publish, ids: { account } })).errorClass).toBe('rejected');
    expect(graph.calls).toEqual([]);
  });

  it('encodes an id, so that it stays one part of the path', async () => {
    graph.script(json(200, { id: '1' }));
    await client().call({ ...publish, ids: { account: 'a/../b?c' } });
    expect(graph.calls[0]?.url).toBe('/a%2F..%2Fb%3Fc/media_publish');
  });
});

describe('a failed call', () => {
  it('is classed by its envelope, also inside HTTP 200', async () => {
    graph.script(json(400, { error: { message: 'wait', code: 9007, error_subcode: 2207027, fbtrace_id: 'Axyz' } }));
    expect(await failure(publish)).toMatchObject({ errorClass: 'poll', facts: { code: 9007, subcode: 2207027, traceId: 'Axyz', httpStatus: 400 } });
    graph.script(json(200, { error: { message: 'wait', code: 9007, error_subcode: 2207027 } }));
    expect((await failure(publish)).errorClass).toBe('poll');
  });

  it('says nothing of the token, even when Instagram does', async () => {
    graph.script(json(400, { error: { message: `Malformed access token ${accessToken}`, code: 190 } }));
    expect((await failure(publish)).facts.message).toBe('Malformed access token [token]');
  });

  it('reads the regain time of the headers', async () => {
    const usage = '{"1":[{"call_count":100,"estimated_time_to_regain_access":5}]}';
    const now = new Date('2026-03-01T12:00:00Z');
    graph.script(json(400, { error: { message: 'slow', code: 80002 } }, { 'X-Business-Use-Case-Usage': usage }));
    const error = await failure(create, client({ clock: { now: () => now } }));
    expect(error).toMatchObject({ errorClass: 'rate_limited', retryAt: new Date('2026-03-01T12:05:00Z') });
    expect(reports).toMatchObject([{ usage: { percent: 100, regainMinutes: 5 } }]);
  });

  const lost: readonly [string, Answer][] = [
    ['an HTML 502', html(502)],
    ['an HTML 200', html(200)],
    ['an empty 200', (response) => response.writeHead(200).end()],
    ['a reset', cut],
    ['an answer that breaks off', (response, request) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('{"id":', () => request.socket.resetAndDestroy());
    }],
    ['an answer above 4 MiB', (response) => response.writeHead(200).end(`{"id":"1"}${' '.repeat(5 * 1024 * 1024)}`)],
    ['silence', silence],
    ['an answer that never ends', (response) => {
      const timer = setInterval(() => response.write(' '), 10);
      response.once('close', () => clearInterval(timer));
    }],
  ];

  it.each(lost)('%s leaves a publish and a comment open, and may be repeated elsewhere', async (_name, answer) => {
    graph.script(answer);
    const made = client({ timeouts: { totalMs: 150, publishMs: 150 } });
    expect((await failure(publish, made)).errorClass).toBe('outcome_unknown');
    expect((await failure({ ...publish, step: 'comment' }, made)).errorClass).toBe('outcome_unknown');
    expect((await failure(create, made)).errorClass).toBe('retry_later');
    expect((await failure(read, made)).errorClass).toBe('retry_later');
  });

  it('gives a publish more time than the rest', async () => {
    graph.script((response) => setTimeout(() => response.end('{"id":"1"}'), 150));
    const made = client({ timeouts: { totalMs: 50, publishMs: 5000 } });
    await expect(made.call(publish)).resolves.toEqual({ id: '1' });
    expect((await failure(create, made)).facts.message).toBe('Instagram did not answer in time (ETIMEDOUT)');
  });
});

describe('a connection that never stood', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  async function tcpPort(onConnection: (server: Server) => void): Promise<number> {
    const server = createServer((socket) => socket.on('error', () => undefined));
    onConnection(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    servers.push(server);
    const address = server.address();
    return typeof address === 'object' && address ? address.port : 0;
  }

  it('means that nothing was sent: a refused publish may be repeated', async () => {
    const port = await tcpPort(() => undefined);
    await new Promise((resolve) => servers.splice(0)[0]?.close(resolve));
    const error = await failure(publish, client({}, `http://127.0.0.1:${port}`));
    expect(error).toMatchObject({ errorClass: 'retry_later', facts: { message: 'Instagram could not be reached (ECONNREFUSED)' } });
    expect(reports).toMatchObject([{ httpStatus: null, errorClass: 'retry_later' }]);
  });

  it('holds for both addresses of a name', async () => {
    const port = await tcpPort(() => undefined);
    await new Promise((resolve) => servers.splice(0)[0]?.close(resolve));
    expect((await failure(publish, client({}, `http://localhost:${port}`))).errorClass).toBe('retry_later');
  });

  it('holds for names that do not resolve', async () => {
    expect((await failure(publish, client({}, 'http://graph.invalid'))).errorClass).toBe('retry_later');
  });

  it('holds for a TLS handshake that fails', async () => {
    const port = await tcpPort((server) => server.on('connection', (socket) => socket.end('no TLS here')));
    expect((await failure(publish, client({}, `https://127.0.0.1:${port}`))).errorClass).toBe('retry_later');
  });

  it('holds for a connect that takes too long', async () => {
    const port = await tcpPort(() => undefined);
    const error = await failure(publish, client({ timeouts: { connectMs: 100 } }, `https://127.0.0.1:${port}`));
    expect(error).toMatchObject({ errorClass: 'retry_later', facts: { message: 'Instagram could not be reached (ETIMEDOUT)' } });
  });

  it('does not outlive its connect: a slow answer is not mistaken for a slow connect', async () => {
    graph.script((response) => setTimeout(() => response.end('{"id":"1"}'), 200));
    await expect(client({ timeouts: { connectMs: 100 } }).call(publish)).resolves.toEqual({ id: '1' });
  });
});

describe('the observer', () => {
  it('learns what a call was, how it went and how long it took, and no id', async () => {
    graph.script(json(200, { id: '1' }, { 'x-fb-trace-id': 'Atrace', 'x-app-usage': '{"call_count":28}' }));
    await client().call(publish);
    expect(reports).toEqual([{
      step: 'publish', method: 'POST', path: '/{account}/media_publish', httpStatus: 200, durationMs: expect.any(Number) as number,
      traceId: 'Atrace', errorClass: null, usage: { percent: 28, regainMinutes: 0 },
    }]);
  });

  it('cannot break a call', async () => {
    graph.script(json(200, { id: '1' }));
    const made = client({ observe: () => { throw new Error('metrics are down'); } });
    await expect(made.call(publish)).resolves.toEqual({ id: '1' });
  });
});
