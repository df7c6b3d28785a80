import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newWebhookSecret, signBody, toSigningKey } from '#features/events/index';
import { EventFeed } from './event-feed.js';
import { Forwarder } from './forwarder.js';
import { Listener } from './listener.js';

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

const servers: Server[] = [];
let stop: AbortController;
let lines: string[];
let notes: string[];
beforeEach(() => {
  [stop, lines, notes] = [new AbortController(), [], []];
});
afterEach(async () => {
  stop.abort();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
});

async function serve(answer: Answer, port = 0): Promise<string> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => answer(request, response, body));
  });
  servers.push(server);
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
}

const eventOf = (seq: number) => ({ id: `evt_${seq}`, object: 'event', type: 'post.created', created_at: '2026-11-22T10:00:00.000Z', seq, workspace_id: 'ws_1', profile_group_id: null, data: { body: 'Grüße 🙂' } });

/** The feed as documented: events after `after`, two a page; holds a call that has nothing to tell. */
function feedOf(last: () => number, seen: URL[] = []): Answer {
  return (request, response) => {
    const url = new URL(request.url ?? '', 'http://local');
    seen.push(url);
    const after = Number(url.searchParams.get('after') ?? 0);
    const isOfNothing = url.searchParams.get('types') === 'webhook.test';
    const until = isOfNothing ? Math.min(after + 4, last()) : Math.min(after + 2, last());
    const data = isOfNothing ? [] : Array.from({ length: until - after }, (_, index) => eventOf(after + 1 + index));
    if (data.length === 0 && url.searchParams.get('wait') !== '0') return void setTimeout(() => response.end(JSON.stringify({ data, next_cursor: String(after), has_more: false })), 50);
    response.end(JSON.stringify({ data, next_cursor: String(until), has_more: until < last() }));
  };
}

function listenerTo(apiUrl: string, forwarder: Forwarder | null = null): Listener {
  return new Listener({
    feed: new EventFeed({ apiUrl, key: 'hg_key', types: ['post.*'] }), forwarder, print: (line) => void lines.push(line), note: (line) => void notes.push(line),
    format: (event) => event.id, pausesMs: [5, 10],
  });
}

describe('listening', () => {
  it('prints what is new, in order, and says at its end where to go on', async () => {
    let last = 9;
    const seen: URL[] = [];
    const run = listenerTo(await serve(feedOf(() => last, seen))).run('now', stop.signal);
    await expect.poll(() => seen.some(({ searchParams }) => searchParams.get('after') === '9' && searchParams.get('wait') === '25')).toBe(true);
    last = 14;
    await expect.poll(() => lines).toEqual(['evt_10', 'evt_11', 'evt_12', 'evt_13', 'evt_14']);
    stop.abort();
    expect(await run).toBe('14');
    expect(seen.at(-1)?.searchParams.get('types')).toBe('post.*');
  });

  it('begins where it is told', async () => {
    const run = listenerTo(await serve(feedOf(() => 5))).run('3', stop.signal);
    await expect.poll(() => lines).toEqual(['evt_4', 'evt_5']);
    stop.abort();
    expect(await run).toBe('5');
  });

  it('waits while the API is away, tells it once, and misses nothing', async () => {
    let isAway = true;
    const feed = feedOf(() => 3);
    const api = await serve((request, response, body) => (isAway ? response.writeHead(503).end('{}') : feed(request, response, body)));
    const run = listenerTo(api).run('0', stop.signal);
    await expect.poll(() => notes).toEqual(['Waiting: the API answered 503.']);
    isAway = false;
    await expect.poll(() => lines).toEqual(['evt_1', 'evt_2', 'evt_3']);
    expect(notes).toEqual(['Waiting: the API answered 503.', 'The API is back.']);
    stop.abort();
    await run;
  });

  it('waits for an API that does not run, and can be stopped meanwhile', async () => {
    const run = listenerTo('http://127.0.0.1:9').run('now', stop.signal);
    await expect.poll(() => notes).toHaveLength(1);
    stop.abort();
    expect(await run).toBeNull();
    expect(notes[0]).toMatch(/^Waiting: the API cannot be reached: /);
  });

  it.each([[401, 'Invalid API key', 'keys create'], [403, 'Your API key has no such permission', 'permission read'], [410, 'Events after 3 are not kept any more', '--after']])('says what to do about %i', async (status, message, remedy) => {
    const api = await serve((_request, response) => response.writeHead(status).end(JSON.stringify({ message })));
    await expect(listenerTo(api).run('3', stop.signal)).rejects.toThrow(new RegExp(`${message}.*${remedy}`));
  });

  it('tells another server from Heliograph', async () => {
    await expect(listenerTo(await serve((_request, response) => response.end('<html>'))).run('3', stop.signal)).rejects.toThrow('is not Heliograph');
  });
});

describe('forwarding', () => {
  const secret = newWebhookSecret();

  it('sends each event once, in order, as a webhook does, with both signatures', async () => {
    const calls: { headers: IncomingMessage['headers']; body: string }[] = [];
    const hook = await serve((request, response, body) => {
      calls.push({ headers: request.headers, body });
      response.writeHead(calls.length === 2 ? 500 : 204).end();
    });
    void listenerTo(await serve(feedOf(() => 3)), new Forwarder(`${hook}/hook`, secret, { signBody, toSigningKey })).run('0', stop.signal);
    await expect.poll(() => notes).toHaveLength(3);
    expect(calls.map(({ body }) => body)).toEqual([1, 2, 3].map((seq) => JSON.stringify(eventOf(seq))));
    expect(notes).toEqual([expect.stringMatching(/^✓ evt_1 204 in \d+ ms$/), expect.stringMatching(/^✗ evt_2 500 in \d+ ms$/), expect.stringMatching(/^✓ evt_3 204 in \d+ ms$/)]);
    for (const { headers, body } of calls) {
      const at = String(headers['webhook-timestamp']);
      const standard = createHmac('sha256', Buffer.from(secret.slice(6), 'base64')).update(`${String(headers['webhook-id'])}.${at}.${body}`).digest('base64');
      expect(headers['webhook-signature']).toBe(`v1,${standard}`);
      expect(headers['x-heliograph-signature']).toBe(`t=${at},v1=${createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')}`);
      expect(headers).toMatchObject({ 'content-type': 'application/json', 'user-agent': 'Heliograph-Webhooks/1', 'x-heliograph-event': 'post.created' });
      expect(Math.abs(Number(at) - Date.now() / 1000)).toBeLessThan(10);
    }
  });

  it('tells that nobody is there, and goes on', async () => {
    void listenerTo(await serve(feedOf(() => 2)), new Forwarder('http://127.0.0.1:9/', secret, { signBody, toSigningKey })).run('0', stop.signal);
    await expect.poll(() => notes).toHaveLength(2);
    expect(notes[0]).toMatch(/^✗ evt_1 .+ in \d+ ms$/);
  });
});
