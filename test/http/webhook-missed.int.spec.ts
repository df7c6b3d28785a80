import 'reflect-metadata';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#kernel/ids';
import { LiveApi } from './live-api.js';

interface Missed {
  readonly from: string;
  readonly to: string;
  readonly events: number;
  readonly has_more: boolean;
  readonly replay: { readonly method: string; readonly path: string; readonly body: object };
}

interface Webhook {
  readonly id: string;
  readonly missed: Missed | null;
}

let api: LiveApi;
let worker: { close(): Promise<void> };
let receiver: Server;
/** By path: the events that came, and what is answered. */
const arrived = new Map<string, string[]>();
const answers = new Map<string, number>();

beforeAll(async () => {
  receiver = createServer((request, response) => {
    const path = request.url ?? '';
    request.resume().on('end', () => {
      arrived.set(path, [...(arrived.get(path) ?? []), String(request.headers['webhook-id'])]);
      response.writeHead(answers.get(path) ?? 200).end();
    });
  });
  await new Promise<void>((done) => receiver.listen(0, '127.0.0.1', done));
  api = await LiveApi.start(4, null, { WEBHOOK_ALLOW_CIDRS: '127.0.0.1/32', WEBHOOK_PORTS: 'any', WEBHOOK_ALLOW_HTTP: 'on' });
  worker = await api.startWorker();
}, 60_000);
afterAll(async () => {
  await worker?.close();
  await api?.close();
  receiver?.closeAllConnections();
  receiver?.close();
});

async function call<Body = Webhook>(method: string, url: string, body: object | null = null): Promise<{ readonly status: number; readonly body: Body }> {
  const answer = await api.send({ method, operationId: null, url, body: body && JSON.stringify(body), headers: { authorization: `Bearer ${api.key}`, ...(body ? { 'content-type': 'application/json' } : {}) } });
  return { status: answer.status, body: JSON.parse(answer.text) as Body };
}

async function subscribe(events: string[]): Promise<{ id: string; path: string }> {
  const path = `/${newId('webhookEndpoint')}`;
  const { status, body } = await call('POST', '/api/webhooks', { url: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}${path}`, events });
  expect(status, JSON.stringify(body)).toBe(201);
  return { id: body.id, path };
}

/** As changes write them; a relay has numbered them when this answers. @returns their ids */
async function happen(count: number, type = 'post.processed', secondsAgo = 0): Promise<string[]> {
  const ids = Array.from({ length: count }, () => newId('event'));
  await api.query("INSERT INTO event (workspace_id, id, type, data, created_at) SELECT $1, unnest($2::text[]), $3, '{}', now() - make_interval(secs => $4)", [api.workspaceId, ids, type, secondsAgo]);
  await expect.poll(async () => (await api.query('SELECT 1 FROM event WHERE id = ANY ($1) AND seq IS NULL', [ids])).length).toBe(0);
  return ids;
}

const set = async (id: string, fields: object): Promise<Webhook> => (await call('PATCH', `/api/webhooks/${id}`, fields)).body;
const came = (path: string): string[] => [...(arrived.get(path) ?? [])].sort();
const arrives = (path: string, ids: readonly string[]): Promise<void> => expect.poll(() => came(path)).toEqual([...ids].sort());

/** Makes the call that is offered, as it is. */
async function take({ replay }: Missed): Promise<{ total: number; queued: number }> {
  const begun = await call<{ id: string }>(replay.method, replay.path, replay.body);
  expect(begun.status, JSON.stringify(begun.body)).toBe(202);
  const read = async () => (await call<{ status: string; total: number; queued: number }>('GET', `${replay.path}s/${begun.body.id}`)).body;
  await expect.poll(read).toMatchObject({ status: 'completed' });
  return read();
}

describe('a webhook that is enabled again', () => {
  it('is offered what it missed, and the offer delivers exactly that', async () => {
    const { id, path } = await subscribe(['post.*']);
    const before = await happen(3);
    await arrives(path, before);
    answers.set(path, 500);
    const waiting = await happen(1);
    await arrives(path, [...before, ...waiting]);
    answers.delete(path);
    expect(await set(id, { enabled: false })).toMatchObject({ status: 'paused', missed: null });
    const missed = [...(await happen(7)), ...(await happen(1, 'post.processed', 60))];
    await happen(2, 'profile.connected');
    const answer = await set(id, { enabled: true });
    expect(answer).toMatchObject({ status: 'active', missed: { events: 8, has_more: false } });
    if (!answer.missed) throw new Error('Nothing was offered');
    const { from, to, replay } = answer.missed;
    expect(Date.parse(from)).toBeLessThan(Date.now() - 59_000);
    expect(replay).toEqual({ method: 'POST', path: `/api/webhooks/${id}/replay`, body: { from, to, only_missed: true } });
    const after = await happen(2);
    await arrives(path, [...before, ...waiting, ...after]);
    expect(await take(answer.missed)).toMatchObject({ total: 8, queued: 8 });
    expect(came(path)).toEqual([...before, ...waiting, ...after, ...missed].sort());
    expect(await take(answer.missed)).toMatchObject({ total: 0, queued: 0 });
    // The one that failed waits for its own next attempt.
    expect(await api.query("SELECT event_id FROM webhook_delivery WHERE endpoint_id = $1 AND state = 'pending'", [id])).toEqual([{ event_id: waiting[0] }]);
  });

  it('is offered nothing when it missed nothing, was enabled, or is changed in something else', async () => {
    const { id } = await subscribe(['post.*']);
    expect((await set(id, { enabled: true })).missed).toBeNull();
    await set(id, { enabled: false });
    await happen(3, 'profile.connected');
    expect((await set(id, { description: 'Away' })).missed).toBeNull();
    expect((await set(id, { enabled: true })).missed).toBeNull();
    await set(id, { enabled: false });
    await happen(1);
    // It is asked about what it wants from now on.
    expect((await set(id, { enabled: true, events: ['comment.created'] })).missed).toBeNull();
  });

  it('after the receiver had it disabled is offered what came since then, each time anew', async () => {
    const { id, path } = await subscribe(['post.*']);
    answers.set(path, 410);
    const [first = ''] = await happen(1);
    await expect.poll(async () => (await call<{ status: string }>('GET', `/api/webhooks/${id}`)).body.status).toBe('disabled');
    answers.delete(path);
    await happen(4);
    expect(await set(id, { enabled: true })).toMatchObject({ missed: { events: 4 } });
    await set(id, { enabled: false });
    const second = await happen(2);
    const { missed } = await set(id, { enabled: true });
    expect(missed).toMatchObject({ events: 2 });
    if (missed) await take(missed);
    expect(came(path).filter((each) => each !== first)).toEqual([...second].sort());
  });

  it('is asked about so many events at most, and told that there are more', async () => {
    const { id } = await subscribe(['comment.created']);
    await set(id, { enabled: false });
    await api.query("INSERT INTO event (workspace_id, id, type, data, created_at, seq) SELECT $1, 'evt_many' || n, CASE WHEN n % 4 = 0 THEN 'comment.created' ELSE 'comment.hidden' END, '{}', now(), 1000000 + n FROM generate_series(1, 20001) n", [api.workspaceId]);
    expect((await set(id, { enabled: true })).missed).toMatchObject({ events: 5_000, has_more: true });
  });
});
