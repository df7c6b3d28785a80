import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { LiveApi } from './live-api.js';

interface Webhook {
  readonly id: string;
  readonly url: string;
  readonly secret?: string;
  readonly previous_secrets?: readonly { readonly id: string; readonly expires_at: string }[];
  readonly [field: string]: unknown;
}

interface Delivery {
  readonly id: string;
  readonly event_id: string;
  readonly [field: string]: unknown;
}

let api: LiveApi;
beforeAll(async () => {
  api = await LiveApi.start(40, null, { WEBHOOK_ALLOW_CIDRS: '127.0.0.1/32', WEBHOOK_PORTS: '443,8443,9000', WEBHOOK_ALLOW_HTTP: 'on' });
}, 60_000);
afterAll(() => api?.close());
beforeEach(() => api.query('DELETE FROM webhook_endpoint'));

async function call<Body = Readonly<Record<string, unknown>>>(method: string, url: string, body: object | null = null, key = api.key): Promise<{ readonly status: number; readonly body: Body }> {
  const answer = await api.send({ method, operationId: null, url, body: body && JSON.stringify(body), headers: { authorization: `Bearer ${key}`, ...(body ? { 'content-type': 'application/json' } : {}) } });
  return { status: answer.status, body: JSON.parse(answer.text) as Body };
}

const target = (): string => `http://127.0.0.1:9000/${randomUUID()}`;

async function subscribe(fields: object = {}, key = api.key): Promise<Webhook> {
  const { status, body } = await call<Webhook>('POST', '/api/webhooks', { url: target(), events: ['*'], ...fields }, key);
  expect(status, JSON.stringify(body)).toBe(201);
  return body;
}

const read = async (id: string): Promise<Webhook> => (await call<Webhook>('GET', `/api/webhooks/${id}`)).body;
const pumpOf = async (id: string) => (await api.query<{ due_at: Date | null; breaker: string; failing_since: Date | null }>('SELECT due_at, breaker, failing_since FROM webhook_pump WHERE endpoint_id = $1', [id]))[0];
const deliveriesOf = (id: string) => api.query<{ id: string; state: string; kind: string; attempts: number }>('SELECT id, state, kind, attempts FROM webhook_delivery WHERE endpoint_id = $1 ORDER BY id', [id]);

async function test(id: string, body: object = {}): Promise<Delivery> {
  const answer = await call<Delivery>('POST', `/api/webhooks/${id}/test`, body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(202);
  return answer.body;
}

/** An event with a place in the feed, and a delivery of it that is at its end. */
async function deliveryOf(webhookId: string, { state = 'dead', type = 'post.processed', minutesAgo = 0 } = {}): Promise<{ id: string; eventId: string }> {
  const [id, eventId] = [`dlv_${randomUUID()}`, `evt_${randomUUID()}`];
  const at = new Date(Date.now() - minutesAgo * 60_000);
  await api.query('INSERT INTO event (workspace_id, id, type, data, created_at, seq) VALUES ($1, $2, $3, \'{"id":"post_1"}\', $4, 7)', [api.workspaceId, eventId, type, at]);
  await api.query(
    `INSERT INTO webhook_delivery (workspace_id, id, endpoint_id, event_id, event_type, event_created_at, seq, state, attempts, next_attempt_at, created_at, finished_at)
     VALUES ($1, $2, $3, $4, $5, $6, 7, $7::webhook_delivery_state, 10, CASE WHEN $7 = 'pending' THEN $6::timestamptz END, $6, $6)`, [api.workspaceId, id, webhookId, eventId, type, at, state]);
  return { id, eventId };
}

async function attemptOf(webhookId: string, delivery: { id: string; eventId: string }, { number = 1, success = false, type = 'post.processed', ms = 100, minutesAgo = 0 } = {}): Promise<string> {
  const id = `wat_${String(10_000 - minutesAgo).padStart(8, '0')}${randomUUID()}`;
  await api.query(
    `INSERT INTO webhook_attempt (workspace_id, id, endpoint_id, delivery_id, event_id, event_type, event_created_at, kind, attempt_number, success, response_status, error_class, error, request_headers, response_headers, response_body, timing, duration_ms, attempted_at)
     SELECT $1, $2, $3, $4, $5, $6, d.event_created_at, d.kind, $7, $8, CASE WHEN $8 THEN 204 ELSE 503 END, CASE WHEN NOT $8 THEN 'http_5xx' END, CASE WHEN NOT $8 THEN 'Answered 503' END,
       '{"webhook-id":"x"}', '{"server":"x"}', 'busy', '{"dns":1,"connect":2,"tls":3,"first_byte":4}', $9, now() - make_interval(mins => $10)
     FROM webhook_delivery d WHERE d.id = $4`, [api.workspaceId, id, webhookId, delivery.id, delivery.eventId, type, number, success, ms, minutesAgo]);
  return id;
}

describe('a webhook', () => {
  it('is made with a secret, which lists do not show', async () => {
    const made = await subscribe({ description: 'Board', events: ['post.*', 'webhook.test'], max_concurrency: 64, max_per_second: 5, profile_ids: [api.profileId] });
    expect(made).toMatchObject({
      enabled: true, status: 'active', description: 'Board', events: ['post.*', 'webhook.test'], profile_group_id: null, profile_ids: [api.profileId], disabled_reason: null, disabled_at: null, verified: true,
      max_concurrency: 64, max_per_second: 5, last_success_at: null, failing_since: null, previous_secrets: [],
    });
    expect(Buffer.from(String(made.secret).replace(/^whsec_/, ''), 'base64')).toHaveLength(32);
    expect(await read(made.id)).toEqual(made);
    const { secret: _secret, previous_secrets: _previous, ...shown } = made;
    expect((await call('GET', '/api/webhooks')).body).toEqual({ data: [shown] });
    expect(await pumpOf(made.id)).toEqual({ due_at: null, breaker: 'closed', failing_since: null });
    const rows = await api.query<{ text: string }>('SELECT t::text AS text FROM webhook_secret t UNION ALL SELECT t::text FROM audit_entry t');
    expect(rows.filter(({ text }) => text.includes(String(made.secret).slice(6, 30)))).toEqual([]);
  });

  it('whose host is not found is not verified', async () => {
    expect(await subscribe({ url: `https://${randomUUID()}.invalid/` })).toMatchObject({ verified: false });
  });

  const refused = ['ftp://a.example', 'https://10.0.0.1/', 'http://127.0.0.2:9000/', 'https://[::1]/', 'https://2130706434/', 'https://user:pass@a.example/', 'https://a.example:22/', 'hooks'];
  it.each(refused)('does not go to %s', async (url) => {
    const other = await subscribe();
    for (const [method, path] of [['POST', '/api/webhooks'], ['PATCH', `/api/webhooks/${other.id}`]] as const) {
      expect(await call(method, path, { url, events: ['*'] })).toMatchObject({ status: 422, body: { code: 'egress_refused' } });
    }
    // One that was taken when more was allowed.
    await api.query('UPDATE webhook_endpoint SET url = $2 WHERE id = $1', [other.id, url]);
    expect(await call('POST', `/api/webhooks/${other.id}/test`)).toMatchObject({ status: 422, body: { code: 'egress_refused' } });
    expect(await deliveriesOf(other.id)).toEqual([]);
  });

  it.each([
    [{ url: null }, 400], [{ events: undefined }, 400], [{ events: [] }, 422], [{ events: '*' }, 422], [{ events: ['*', '*'] }, 422], [{ max_concurrency: 0 }, 422], [{ max_concurrency: 65 }, 422], [{ max_concurrency: null }, 422],
    [{ max_per_second: 1001 }, 422], [{ max_per_second: 1.5 }, 422], [{ secret: 'whsec_mine' }, 422], [{ profile_ids: ['prof_nobody'] }, 422], [{ profile_ids: null }, 422], [{ description: 'x'.repeat(501) }, 422],
    [{ url: `https://a.example/${'x'.repeat(2048)}` }, 422], [{ profile_group_id: 'grp_nobody' }, 404], [{ enabled: false }, 422],
  ])('is not made with %j', async (wrong, status) => {
    expect((await call('POST', '/api/webhooks', { url: target(), events: ['*'], ...wrong })).status).toBe(status);
  });

  it('takes types, families and all, and names them where something else is asked for', async () => {
    const refusal = await call('POST', '/api/webhooks', { url: target(), events: ['nothing'] });
    const eventFilters = String(refusal.body['error']).replace('events must be some of ', '').split(', ');
    expect(eventFilters).toEqual(expect.arrayContaining(['*', 'post.*', 'platform_post.published', 'webhook.test']));
    await fc.assert(fc.asyncProperty(fc.uniqueArray(fc.oneof(fc.constantFrom(...eventFilters), fc.string({ maxLength: 12 })), { minLength: 1, maxLength: 5 }), async (events) => {
      const { status, body } = await call('POST', '/api/webhooks', { url: target(), events });
      if (status === 201) await api.query('DELETE FROM webhook_endpoint WHERE id = $1', [body['id']]);
      expect(status).toBe(events.every((event) => eventFilters.includes(event)) ? 201 : 422);
    }), { numRuns: 60 });
  });

  it('is one of fifty at most, also when they come at once', async () => {
    const answers = await Promise.all(Array.from({ length: 60 }, () => call('POST', '/api/webhooks', { url: target(), events: ['*'] })));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(50);
    for (const answer of answers.filter(({ status }) => status !== 201)) expect(answer).toMatchObject({ status: 409, body: { code: 'webhook_limit_reached', details: { limit: 50 } } });
  });

  it('is changed in what was sent, and null takes away only what may be away', async () => {
    const made = await subscribe({ description: 'Board', max_per_second: 5 });
    const url = target();
    expect((await call('PATCH', `/api/webhooks/${made.id}`, { url, events: ['message.*'], max_concurrency: 2 })).body).toMatchObject({ url, events: ['message.*'], max_concurrency: 2, max_per_second: 5, description: 'Board', enabled: true });
    expect((await call('PATCH', `/api/webhooks/${made.id}`, { description: null, max_per_second: null })).body).toMatchObject({ url, description: null, max_per_second: null });
    for (const wrong of [{ url: null }, { events: null }, { events: [] }, { enabled: null }, { max_concurrency: null }, { profile_ids: ['prof_nobody'] }, { profile_group_id: api.groupId }]) {
      expect((await call('PATCH', `/api/webhooks/${made.id}`, wrong)).status, JSON.stringify(wrong)).toBe(422);
    }
    expect((await read(made.id)).secret).toBe(made.secret);
  });

  it('is paused with what waits for it, and goes on with a clean slate', async () => {
    const { id } = await subscribe();
    const waiting = await deliveryOf(id, { state: 'pending' });
    expect((await call('PATCH', `/api/webhooks/${id}`, { enabled: false })).body).toMatchObject({ enabled: false, status: 'paused', disabled_reason: 'paused', disabled_at: expect.any(String) });
    expect(await deliveriesOf(id)).toMatchObject([{ id: waiting.id, state: 'pending' }]);
    // As the pump leaves it when nothing has arrived for days.
    await api.query("UPDATE webhook_endpoint SET disabled_reason = 'failing' WHERE id = $1", [id]);
    await api.query("UPDATE webhook_pump SET breaker = 'open', breaker_until = now(), failing_since = now(), alerted_percent = 100, due_at = NULL WHERE endpoint_id = $1", [id]);
    expect(await read(id)).toMatchObject({ status: 'disabled', disabled_reason: 'failing' });
    for (const [method, path] of [['POST', 'test'], ['POST', `deliveries/${waiting.id}/redeliver`], ['POST', 'dead_letters/redrive']] as const) {
      expect(await call(method, `/api/webhooks/${id}/${path}`)).toMatchObject({ status: 409, body: { code: 'webhook_not_enabled', details: { disabled_reason: 'failing' } } });
    }
    expect((await call('PATCH', `/api/webhooks/${id}`, { enabled: true })).body).toMatchObject({ enabled: true, status: 'active', disabled_reason: null, disabled_at: null, failing_since: null });
    expect(await pumpOf(id)).toEqual({ due_at: expect.any(Date), breaker: 'closed', failing_since: null });
  });

  it('is deleted with its secrets, and what waits for it is cancelled', async () => {
    const { id } = await subscribe();
    for (const state of ['pending', 'dead', 'delivered']) await deliveryOf(id, { state });
    expect(await call('DELETE', `/api/webhooks/${id}`)).toEqual({ status: 200, body: { deleted: true } });
    expect((await deliveriesOf(id)).map(({ state }) => state).sort()).toEqual(['cancelled', 'dead', 'delivered']);
    expect(await api.query('SELECT 1 FROM webhook_secret WHERE endpoint_id = $1', [id])).toEqual([]);
    for (const path of ['', '/deliveries', '/dead_letters', '/stats']) expect((await call('GET', `/api/webhooks/${id}${path}`)).status).toBe(404);
  });

  it('goes with its group', async () => {
    const group = (await call('POST', '/api/profile_groups', { name: 'Short' })).body['id'];
    const { id } = await subscribe({ profile_group_id: group });
    await test(id);
    expect((await call('DELETE', `/api/profile_groups/${String(group)}`)).status).toBe(200);
    expect((await call('GET', `/api/webhooks/${id}`)).status).toBe(404);
    expect(await deliveriesOf(id)).toMatchObject([{ state: 'cancelled' }]);
  });
});

describe('a key of one group', () => {
  it('makes and sees webhooks of its group only', async () => {
    const other = String((await call('POST', '/api/profile_groups', { name: 'Other' })).body['id']);
    const narrow = await api.issueKey({ groupId: other });
    const [ofAll, ofOurs] = [await subscribe(), await subscribe({ profile_group_id: api.groupId })];
    const theirs = await subscribe({}, narrow);
    expect(theirs).toMatchObject({ profile_group_id: other });
    const listed = async (query = '', key = api.key): Promise<string[]> => (await call<{ data: Webhook[] }>('GET', `/api/webhooks${query}`, null, key)).body.data.map(({ id }) => id);
    expect(await listed('', narrow)).toEqual([theirs.id]);
    expect(await listed()).toEqual([ofAll.id, ofOurs.id, theirs.id]);
    expect(await listed(`?profile_group_id=${other}`)).toEqual([theirs.id]);
    expect((await call('POST', '/api/webhooks', { url: target(), events: ['*'], profile_group_id: api.groupId }, narrow)).status).toBe(404);
    expect((await call('POST', '/api/webhooks', { url: target(), events: ['*'], profile_ids: [api.profileId] }, narrow)).status).toBe(422);
    for (const { id } of [ofAll, ofOurs]) {
      for (const [method, path] of [['GET', ''], ['PATCH', ''], ['DELETE', ''], ['GET', '/deliveries'], ['GET', '/dead_letters'], ['GET', '/stats'], ['POST', '/test'], ['POST', '/rotate_secret'], ['POST', '/dead_letters/redrive']] as const) {
        expect((await call(method, `/api/webhooks/${id}${path}`, null, narrow)).status, `${method} ${path}`).toBe(404);
      }
    }
  });
});

describe('rotating a secret', () => {
  const rotate = (id: string, body: object = {}) => call<Webhook>('POST', `/api/webhooks/${id}/rotate_secret`, body);

  it('shows a new one, and the one before it signs along until its end', async () => {
    const made = await subscribe();
    const { status, body } = await rotate(made.id, { overlap_hours: 2 });
    expect([status, body.secret === made.secret, body.previous_secrets?.length]).toEqual([200, false, 1]);
    expect(Math.abs(Date.parse(body.previous_secrets?.[0]?.expires_at ?? '') - Date.now() - 7_200_000)).toBeLessThan(60_000);
    expect(await read(made.id)).toEqual(body);
    expect((await rotate(made.id, { overlap_hours: 0 })).body.previous_secrets).toHaveLength(1);
  });

  it('keeps two of those before it at most', async () => {
    const { id } = await subscribe();
    for (let round = 0; round < 4; round += 1) expect((await rotate(id)).status).toBe(200);
    expect((await read(id)).previous_secrets).toHaveLength(2);
    expect(await api.query('SELECT 1 FROM webhook_secret WHERE endpoint_id = $1', [id])).toHaveLength(3);
  });

  it('twenty times at once leaves one present secret and two before it', async () => {
    const { id } = await subscribe();
    const answers = await Promise.all(Array.from({ length: 20 }, () => rotate(id)));
    expect(new Set(answers.map(({ body }) => body.secret)).size).toBe(20);
    const rows = await api.query<{ present: boolean }>('SELECT expires_at IS NULL AS present FROM webhook_secret WHERE endpoint_id = $1', [id]);
    expect(rows.map(({ present }) => present).sort()).toEqual([false, false, true]);
    expect(answers.map(({ body }) => body.secret)).toContain((await read(id)).secret);
  });

  it('heals a secret that cannot be read', async () => {
    const { id } = await subscribe();
    for (const broken of ['', 'v1.k9.AAAAAAAAAAAAAAAA.AAAA.AAAAAAAAAAAAAAAAAAAAAA']) {
      await api.query('UPDATE webhook_secret SET secret = $2 WHERE endpoint_id = $1', [id, broken]);
      expect(await call('GET', `/api/webhooks/${id}`)).toMatchObject({ status: 409, body: { code: 'webhook_secret_unreadable' } });
      expect((await rotate(id, { overlap_hours: 0 })).status).toBe(200);
      expect((await read(id)).secret).toMatch(/^whsec_/);
    }
  });

  it.each([{ overlap_hours: -1 }, { overlap_hours: 169 }, { overlap_hours: 1.5 }, { overlap_hours: '2' }])('refuses %j', async (body) => {
    expect((await rotate((await subscribe()).id, body)).status).toBe(422);
  });
});

describe('a test', () => {
  it('is a delivery like all others, with a sample of the event', async () => {
    const { id } = await subscribe({ events: ['post.created'] });
    const made = await test(id, { type: 'comment.created' });
    expect(made).toMatchObject({ webhook_id: id, event_type: 'comment.created', kind: 'test', state: 'pending', attempts: 0, seq: null, next_attempt_at: expect.any(String) });
    const [row] = await api.query<{ body: string }>('SELECT body FROM webhook_delivery WHERE id = $1', [made.id]);
    const sent = JSON.parse(row?.body ?? '') as Record<string, unknown>;
    expect(Object.keys(sent)).toEqual(['id', 'object', 'type', 'created_at', 'seq', 'workspace_id', 'profile_group_id', 'data']);
    expect(sent).toMatchObject({ id: made.event_id, object: 'event', type: 'comment.created', seq: null, workspace_id: api.workspaceId });
    expect((await pumpOf(id))?.due_at?.toISOString()).toBe(made['next_attempt_at']);
  });

  it('never makes a pump later than it was', async () => {
    const { id } = await subscribe();
    await api.query("UPDATE webhook_pump SET due_at = '2020-01-01T00:00:00Z' WHERE endpoint_id = $1", [id]);
    await test(id);
    expect((await pumpOf(id))?.due_at?.toISOString()).toBe('2020-01-01T00:00:00.000Z');
  });

  it('waits with nine others at most', async () => {
    const { id } = await subscribe();
    const answers = await Promise.all(Array.from({ length: 15 }, () => call('POST', `/api/webhooks/${id}/test`)));
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(10);
    for (const answer of answers.filter(({ status }) => status !== 202)) expect(answer).toMatchObject({ status: 429, body: { code: 'webhook_tests_pending', retryable: true } });
    await api.query("UPDATE webhook_delivery SET state = 'delivered' WHERE endpoint_id = $1", [id]);
    await test(id);
  });

  it('refuses a type that there is not', async () => {
    expect(await call('POST', `/api/webhooks/${(await subscribe()).id}/test`, { type: 'post.*' })).toMatchObject({ status: 422, body: { code: 'validation_failed' } });
  });

  it('that meets the deletion of its webhook leaves nothing waiting', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { id } = await subscribe();
      const [deleted, ...tests] = await Promise.all([call('DELETE', `/api/webhooks/${id}`), ...Array.from({ length: 4 }, () => call('POST', `/api/webhooks/${id}/test`))]);
      expect(deleted.status).toBe(200);
      for (const { status } of tests) expect(status).toBeOneOf([202, 404]);
      expect((await deliveriesOf(id)).map(({ state }) => state)).toEqual(tests.filter(({ status }) => status === 202).map(() => 'cancelled'));
    }
  });
});

describe('the log of deliveries', () => {
  interface Attempts {
    readonly total?: number;
    readonly data: readonly { readonly id: string; readonly [field: string]: unknown }[];
    readonly next_cursor: string | null;
  }
  const list = async (id: string, query = '') => (await call<Attempts>('GET', `/api/webhooks/${id}/deliveries?${query}`)).body;

  it('shows each call with what was sent and answered', async () => {
    const { id } = await subscribe();
    const delivery = await deliveryOf(id);
    const attempt = await attemptOf(id, delivery);
    const { data } = await list(id);
    expect(data).toEqual([{
      id: attempt, delivery_id: delivery.id, event_id: delivery.eventId, event_type: 'post.processed', kind: 'event', attempt_number: 1, success: false, response_status: 503, attempted_at: expect.any(String), created_at: data[0]?.['attempted_at'],
      request_headers: { 'webhook-id': 'x' }, request_body: expect.any(String), response_headers: { server: 'x' }, response_body: 'busy', duration_ms: 100, timing: { dns: 1, connect: 2, tls: 3, first_byte: 4 }, error: 'Answered 503',
      error_class: 'http_5xx', next_attempt_at: null,
    }]);
    expect(JSON.parse(String(data[0]?.['request_body']))).toMatchObject({ id: delivery.eventId, seq: 7, type: 'post.processed', data: { id: 'post_1' } });
  });

  it('shows the body of a test, and null once its event is not kept', async () => {
    const { id } = await subscribe();
    const made = await test(id);
    await attemptOf(id, { id: made.id, eventId: made.event_id }, { type: 'webhook.test' });
    const gone = await deliveryOf(id);
    await attemptOf(id, gone, { minutesAgo: 5 });
    await api.query('DELETE FROM event WHERE id = $1', [gone.eventId]);
    const { data } = await list(id);
    expect(data.map(({ request_body: body }) => (typeof body === 'string' ? (JSON.parse(body) as { id: string }).id : body))).toEqual([made.event_id, null]);
  });

  it('goes by cursor, by page and by filters', async () => {
    const { id } = await subscribe();
    const [dead, fine] = [await deliveryOf(id), await deliveryOf(id, { state: 'delivered', type: 'comment.created' })];
    const ids = [];
    for (let number = 1; number <= 5; number += 1) ids.unshift(await attemptOf(id, dead, { number, minutesAgo: 10 - number }));
    const success = await attemptOf(id, fine, { success: true, type: 'comment.created' });
    ids.unshift(success);
    expect((await list(id)).data.map((row) => row.id)).toEqual(ids);
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null && seen.length < 10; ) {
      const page: Attempts = await list(id, `limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
      expect(page.total).toBeUndefined();
      seen.push(...page.data.map((row) => row.id));
      cursor = page.next_cursor;
    }
    expect(seen).toEqual(ids);
    expect(await list(id, 'page=1&per_page=4')).toMatchObject({ total: 6, page: 1, per_page: 4, data: ids.slice(4).map((each) => ({ id: each })) });
    const idsOf = async (query: string): Promise<string[]> => (await list(id, query)).data.map((row) => row.id);
    expect(await idsOf('success=true')).toEqual([success]);
    expect(await idsOf('success=false&limit=1')).toEqual(ids.slice(1, 2));
    expect(await idsOf('event_type=comment.created')).toEqual([success]);
    expect(await idsOf(`event_id=${dead.eventId}`)).toEqual(ids.slice(1));
    expect(await idsOf(`delivery_id=${fine.id}`)).toEqual([success]);
    expect(await idsOf(`delivery_id=${fine.id}&event_id=${fine.eventId}`)).toEqual([success]);
    expect(await idsOf(`delivery_id=${fine.id}&event_id=${dead.eventId}`)).toEqual([]);
    expect(await idsOf(`from=${new Date(Date.now() - 390_000).toISOString()}`)).toEqual(ids.slice(0, 3));
    expect(await idsOf(`to=${new Date(Date.now() - 390_000).toISOString()}`)).toEqual(ids.slice(3));
    for (const wrong of ['success=maybe', 'event_type=post.*', 'from=yesterday', 'event_id=a%20b']) expect((await call('GET', `/api/webhooks/${id}/deliveries?${wrong}`)).status).toBe(422);
  });
});

describe('a long log of deliveries', () => {
  it('is counted up to 10,000, and gone through beyond that', async () => {
    const { id } = await subscribe();
    const fill = (from: number, to: number): Promise<unknown> => api.query(
      `INSERT INTO webhook_attempt (workspace_id, id, endpoint_id, delivery_id, event_id, event_type, event_created_at, kind, attempt_number, success, request_headers, duration_ms, attempted_at)
       SELECT $1, $2 || lpad(n::text, 8, '0'), $3, 'dlv_many', 'evt_many', 'post.processed', now(), 'event', 1, n % 1000 > 0, '{}', 1, now() FROM generate_series($4::int, $5::int) n`, [api.workspaceId, `wat_${id}`, id, from, to]);
    const list = async (query: string) => (await call<{ total: number; total_capped: boolean; next_cursor: string | null; data: { id: string }[] }>('GET', `/api/webhooks/${id}/deliveries?${query}`)).body;
    await fill(1, 10_000);
    expect(await list('page=0')).toMatchObject({ total: 10_000, total_capped: false });
    await fill(10_001, 10_050);
    const first = await list('page=0&per_page=100');
    expect(first).toMatchObject({ total: 10_000, total_capped: true, next_cursor: first.data.at(-1)?.id });
    expect((await list('page=100&per_page=100')).data).toHaveLength(50);
    expect(await list('success=false&page=0')).toMatchObject({ total: 10, total_capped: false, next_cursor: null, data: Array.from({ length: 10 }, (_, index) => ({ id: `wat_${id}${String(10_000 - index * 1_000).padStart(8, '0')}` })) });
  });
});

describe('sending again', () => {
  it('makes another delivery of the same event, by the delivery or one of its calls, and takes it off the dead letters', async () => {
    const { id } = await subscribe();
    const dead = await deliveryOf(id);
    const attempt = `wat_${'0'.repeat(26)}`;
    await attemptOf(id, dead);
    await api.query('UPDATE webhook_attempt SET id = $2 WHERE delivery_id = $1', [dead.id, attempt]);
    for (const named of [dead.id, attempt]) {
      const { status, body } = await call<Delivery>('POST', `/api/webhooks/${id}/deliveries/${named}/redeliver`);
      expect([status, body]).toMatchObject([202, { event_id: dead.eventId, kind: 'redelivery', state: 'pending', seq: 7, attempts: 0 }]);
    }
    expect((await deliveriesOf(id)).map(({ kind, state }) => `${kind} ${state}`).sort()).toEqual(['event cancelled', 'redelivery pending', 'redelivery pending']);
    expect((await pumpOf(id))?.due_at).toBeInstanceOf(Date);
  });

  it('of a test has its body', async () => {
    const { id } = await subscribe();
    const made = await test(id);
    const again = await call<Delivery>('POST', `/api/webhooks/${id}/deliveries/${made.id}/redeliver`);
    expect(again.body.event_id).toBe(made.event_id);
    expect(new Set((await api.query<{ body: string }>('SELECT body FROM webhook_delivery WHERE endpoint_id = $1', [id])).map(({ body }) => body)).size).toBe(1);
  });

  it('is refused for what is another\'s, and for an event that is not kept', async () => {
    const [one, other] = [await subscribe(), await subscribe()];
    const dead = await deliveryOf(one.id);
    expect((await call('POST', `/api/webhooks/${other.id}/deliveries/${dead.id}/redeliver`)).status).toBe(404);
    await api.query('DELETE FROM event WHERE id = $1', [dead.eventId]);
    expect(await call('POST', `/api/webhooks/${one.id}/deliveries/${dead.id}/redeliver`)).toMatchObject({ status: 409, body: { code: 'state_conflict' } });
    expect(await deliveriesOf(one.id)).toMatchObject([{ state: 'dead' }]);
  });

  it('dead letters are listed and redriven, each once', async () => {
    const { id } = await subscribe();
    const ids: string[] = [];
    for (let number = 0; number < 5; number += 1) ids.push((await deliveryOf(id)).id);
    ids.sort();
    const first = await call<{ data: Delivery[]; next_cursor: string }>('GET', `/api/webhooks/${id}/dead_letters?limit=3`);
    const rest = await call<{ data: Delivery[]; next_cursor: null }>('GET', `/api/webhooks/${id}/dead_letters?cursor=${first.body.next_cursor}`);
    expect([...first.body.data, ...rest.body.data].map((row) => row.id)).toEqual([...ids].reverse());
    expect(rest.body.next_cursor).toBeNull();
    const part = await call('POST', `/api/webhooks/${id}/dead_letters/redrive`, { limit: 2 });
    expect([part.status, part.body]).toEqual([202, { redriven: 2, next_cursor: ids[1] }]);
    const both = await Promise.all([0, 1].map(() => call('POST', `/api/webhooks/${id}/dead_letters/redrive`, { cursor: ids[1] })));
    expect(both.map(({ body }) => body['redriven']).sort()).toEqual([0, 3]);
    expect(await deliveriesOf(id)).toEqual(ids.map((each) => ({ id: each, state: 'pending', kind: 'event', attempts: 0 })));
    expect((await call<{ data: Delivery[] }>('GET', `/api/webhooks/${id}/dead_letters`)).body.data).toEqual([]);
  });
});

describe('the figures of a webhook', () => {
  const stats = async (id: string) => (await call('GET', `/api/webhooks/${id}/stats`)).body;

  it('are none before anything was sent', async () => {
    expect(await stats((await subscribe()).id)).toEqual({
      attempts_24h: 0, success_rate_24h: null, p50_ms: null, p95_ms: null, backlog: 0, oldest_pending_at: null, breaker: 'closed', breaker_until: null, last_success_at: null, last_failure_at: null, failing_since: null,
    });
  });

  it('are of the last day, with what waits', async () => {
    const { id } = await subscribe();
    const delivery = await deliveryOf(id, { state: 'pending', minutesAgo: 30 });
    await deliveryOf(id, { state: 'pending' });
    for (let number = 1; number <= 4; number += 1) await attemptOf(id, delivery, { number, success: number > 1, ms: number * 100 });
    await attemptOf(id, delivery, { ms: 9_000, minutesAgo: 1_500 });
    await api.query("UPDATE webhook_pump SET breaker = 'open', failing_since = now() WHERE endpoint_id = $1", [id]);
    const found = await stats(id);
    expect(found).toMatchObject({ attempts_24h: 4, success_rate_24h: 0.75, p50_ms: 200, p95_ms: 400, backlog: 2, breaker: 'open', failing_since: expect.any(String) });
    expect(Math.abs(Date.parse(String(found['oldest_pending_at'])) - Date.now() + 1_800_000)).toBeLessThan(60_000);
    expect(await read(id)).toMatchObject({ status: 'failing' });
  });
});
