import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LoopbackMediaHost } from '#testing/loopback-media-host';
import { makeJpeg } from '#testing/media/make-image';
import { TestSandbox } from '#testing/sandbox';
import { ApiDocument } from './api-document.js';
import { LiveApi } from './live-api.js';

let api: LiveApi;
let host: LoopbackMediaHost;
let sandbox: TestSandbox;
let jpeg: string;
beforeAll(async () => {
  [sandbox, host] = await Promise.all([TestSandbox.start(), LoopbackMediaHost.start()]);
  api = await LiveApi.start(50, sandbox);
  jpeg = host.serve('/a.jpg', await makeJpeg({ width: 320, height: 320 }), 'image/jpeg');
}, 60_000);
afterAll(async () => {
  await api?.close();
  await Promise.all([host?.stop(), sandbox?.close()]);
});

interface Reply {
  readonly status: number;
  readonly text: string;
  readonly replayed: unknown;
  readonly body: Readonly<Record<string, unknown>>;
}

async function call(method: string, url: string, body: object | null, headers: Record<string, string> = {}, key = api.key): Promise<Reply> {
  const answer = await api.send({
    method, operationId: null, url, body: body && JSON.stringify(body),
    headers: { authorization: `Bearer ${key}`, ...(body ? { 'content-type': 'application/json' } : {}), ...headers },
  });
  return { status: answer.status, text: answer.text, replayed: answer.headers['idempotent-replayed'], body: JSON.parse(answer.text) as Record<string, unknown> };
}

interface Request {
  readonly url: string;
  readonly body: object | null;
}
const draft = (): object => ({ post: { body: randomUUID(), draft: true }, profiles: ['instagram'], media: [jpeg] });
const weekdays = { post_queue: { name: 'Weekdays', timezone: 'Europe/Berlin', queue_timeslots_attributes: [{ day: 1, time: '09:30' }] } };
const webhook = { url: 'https://hooks.example.com/made', events: ['*'] };
const idOf = async (url: string, body: object): Promise<string> => String((await call('POST', url, body)).body['id']);

/** A request that succeeds, for every route that changes something, and what the audit says of it. */
const writes: Readonly<Record<string, { readonly action: string; readonly request: () => Promise<Request> | Request }>> = {
  createApiKey: { action: 'api_key.created', request: () => ({ url: '/api/keys', body: { name: 'made' } }) },
  rotateApiKey: { action: 'api_key.rotated', request: async () => ({ url: `/api/keys/${await idOf('/api/keys', { name: 'x' })}/rotate`, body: {} }) },
  revokeApiKey: { action: 'api_key.revoked', request: async () => ({ url: `/api/keys/${await idOf('/api/keys', { name: 'x' })}`, body: null }) },
  createProfileGroup: { action: 'profile_group.created', request: () => ({ url: '/api/profile_groups', body: { name: 'Meadow' } }) },
  deleteProfileGroup: { action: 'profile_group.deleted', request: async () => ({ url: `/api/profile_groups/${await idOf('/api/profile_groups', { name: 'x' })}`, body: null }) },
  initializeConnection: {
    action: 'connection.begun',
    request: async () => ({ url: `/api/profile_groups/${await idOf('/api/profile_groups', { name: 'x' })}/initialize_connection`, body: { platform: 'instagram', redirect_url: 'http://127.0.0.1:9/back' } }),
  },
  deleteProfile: { action: 'profile.removed', request: async () => ({ url: `/api/profiles/${await anotherProfile()}`, body: null }) },
  setIceBreakers: { action: 'profile.ice_breakers_replaced', request: () => ({ url: `/api/profiles/${api.profileId}/ice_breakers`, body: { ice_breakers: [{ question: 'Open?', payload: 'open' }] } }) },
  deleteIceBreakers: { action: 'profile.ice_breakers_deleted', request: () => ({ url: `/api/profiles/${api.profileId}/ice_breakers`, body: null }) },
  createUpload: { action: 'upload.created', request: () => ({ url: '/api/uploads', body: { filename: 'a.mp4', size: 10 } }) },
  createPost: { action: 'post.created', request: () => ({ url: '/api/posts', body: draft() }) },
  updatePost: { action: 'post.edited', request: async () => ({ url: `/api/posts/${await idOf('/api/posts', draft())}`, body: { post: { body: 'changed' } } }) },
  publishPost: { action: 'post.released', request: async () => ({ url: `/api/posts/${await idOf('/api/posts', draft())}/publish`, body: null }) },
  retryPost: { action: 'post.retried', request: async () => ({ url: `/api/posts/${await failedPost()}/retry`, body: {} }) },
  reconcilePost: { action: 'post.reconciled', request: async () => ({ url: `/api/posts/${await doubtfulPost()}/reconcile`, body: {} }) },
  createPostQueue: { action: 'post_queue.created', request: () => ({ url: '/api/post_queues', body: weekdays }) },
  updatePostQueue: { action: 'post_queue.updated', request: async () => ({ url: `/api/post_queues/${await idOf('/api/post_queues', weekdays)}`, body: { post_queue: { enabled: false, queue_timeslots_attributes: [{ id: 1, _destroy: true }] } } }) },
  deletePostQueue: { action: 'post_queue.deleted', request: async () => ({ url: `/api/post_queues/${await idOf('/api/post_queues', weekdays)}`, body: null }) },
  releasePost: { action: 'post.hold_released', request: async () => ({ url: `/api/posts/${await heldPost()}/release`, body: {} }) },
  updateWorkspaceSettings: { action: 'workspace.settings_changed', request: () => ({ url: '/api/workspace/settings', body: { overdue_policy: 'hold', overdue_minutes: 90 } }) },
  createWebhook: { action: 'webhook.created', request: () => ({ url: '/api/webhooks', body: webhook }) },
  updateWebhook: { action: 'webhook.updated', request: async () => ({ url: await aWebhook(), body: { enabled: false } }) },
  deleteWebhook: { action: 'webhook.deleted', request: async () => ({ url: await aWebhook(), body: null }) },
  rotateWebhookSecret: { action: 'webhook.secret_rotated', request: async () => ({ url: `${await aWebhook()}/rotate_secret`, body: {} }) },
  testWebhook: { action: 'webhook.tested', request: async () => ({ url: `${await aWebhook()}/test`, body: { type: 'comment.created' } }) },
  redeliverWebhook: { action: 'webhook.redelivered', request: async () => redelivery(await aWebhook()) },
  redriveDeadLetters: { action: 'webhook.redriven', request: async () => ({ url: `${(await redelivery(await aWebhook())).url.split('/deliveries')[0] ?? ''}/dead_letters/redrive`, body: {} }) },
  replayWebhook: { action: 'webhook.replay_begun', request: async () => ({ url: `${await aWebhook()}/replay`, body: { from: '2020-01-01', to: '2030-01-01' } }) },
  cancelReplay: { action: 'webhook.replay_cancelled', request: async () => ({ url: await replayOf(await aWebhook()), body: null }) },
  deletePost: { action: 'post.deleted', request: async () => ({ url: `/api/posts/${await idOf('/api/posts', draft())}`, body: null }) },
};

async function aWebhook(): Promise<string> {
  // A workspace has so many and no more.
  await api.query('DELETE FROM webhook_endpoint');
  return `/api/webhooks/${await idOf('/api/webhooks', webhook)}`;
}

/** Of a delivery that is dead. */
async function redelivery(url: string): Promise<Request> {
  const id = await idOf(`${url}/test`, {});
  await api.query("UPDATE webhook_delivery SET state = 'dead', next_attempt_at = NULL WHERE id = $1", [id]);
  return { url: `${url}/deliveries/${id}/redeliver`, body: null };
}

async function anotherProfile(): Promise<string> {
  const id = `prof_${randomUUID()}`;
  const group = await idOf('/api/profile_groups', { name: 'x' });
  await api.query(
    `INSERT INTO profile (workspace_id, id, profile_group_id, network, remote_id, app_scoped_id, username, name, access_token, created_at, updated_at)
     VALUES ($1, $2, $3, 'instagram', $2, $2, 'u', 'n', 'sealed', now(), now())`, [api.workspaceId, id, group]);
  return id;
}

async function replayOf(webhookUrl: string): Promise<string> {
  return `${webhookUrl}/replays/${await idOf(`${webhookUrl}/replay`, { from: '2020-01-01', to: '2030-01-01' })}/cancel`;
}

async function failedPost(): Promise<string> {
  const id = await idOf('/api/posts', draft());
  await api.query("UPDATE platform_post SET status = 'failed', step = 'done' WHERE post_id = $1", [id]);
  await api.query("UPDATE post SET status = 'processed' WHERE id = $1", [id]);
  return id;
}

async function doubtfulPost(): Promise<string> {
  const id = await idOf('/api/posts', draft());
  await api.query("UPDATE platform_post SET status = 'unconfirmed', step = 'done', container_id = 'c1' WHERE post_id = $1", [id]);
  await api.query("UPDATE post SET status = 'processed' WHERE id = $1", [id]);
  return id;
}

async function heldPost(): Promise<string> {
  const id = await idOf('/api/posts', draft());
  await api.query("UPDATE platform_post SET hold = 'overdue', held_at = now(), publish_at = now() WHERE post_id = $1", [id]);
  return id;
}

/** Without effect by what they are: one only asks, the other no network that is built in can do. */
const changeNothing = ['validatePost', 'deletePostOnPlatform'];
const operations = ApiDocument.read().operations.filter(({ method, security, operationId }) => security !== undefined && method !== 'GET' && !changeNothing.includes(operationId));
const cases = operations.flatMap((operation) => {
  const write = writes[operation.operationId];
  return write ? [{ name: `${operation.method} ${operation.path}`, method: operation.method, ...write }] : [];
});

describe('the table of writes', () => {
  it('has every route that changes something, and no other', () => {
    expect(Object.keys(writes).sort()).toEqual(operations.map(({ operationId }) => operationId).sort());
  });

  it('is of routes that document the idempotency key', () => {
    for (const { parameters, path } of operations) expect(parameters?.map(({ name }) => name), path).toContain('Idempotency-Key');
  });
});

describe.each(cases)('$name', ({ method, action, request }) => {
  it('leaves one entry in the audit, in its own transaction', async () => {
    const { url, body } = await request();
    const requestId = `req-${randomUUID()}`;
    const answer = await call(method, url, body, { 'x-request-id': requestId, 'idempotency-key': randomUUID() });
    expect(answer.status, answer.text).toBeLessThan(300);
    const entries = await api.query<Record<string, unknown>>('SELECT *, xmin::text FROM audit_entry WHERE request_id = $1', [requestId]);
    expect(entries).toEqual([expect.objectContaining({ action, actor: 'api_key', workspace_id: api.workspaceId, key_id: expect.stringMatching(/^key_/), target_id: expect.any(String) })]);
    expect([entries[0]?.['before_digest'], entries[0]?.['after_digest']].some((digest) => typeof digest === 'string')).toBe(true);
    // The stored answer, the audit and therefore the change were committed as one.
    const stored = await api.query('SELECT 1 FROM idempotency_key WHERE xmin::text = $1 AND status IS NOT NULL', [entries[0]?.['xmin']]);
    expect(stored).toHaveLength(1);
  });

  it('repeated with its idempotency key answers the same again and changes nothing', async () => {
    const { url, body } = await request();
    const key = randomUUID();
    const first = await call(method, url, body, { 'idempotency-key': key });
    expect(first.status, first.text).toBeLessThan(300);
    expect(first.replayed).toBeUndefined();
    const rows = await api.rowsOf('workspace_id = $1', [api.workspaceId]);
    expect(await call(method, `${url}/`, body, { 'idempotency-key': key })).toEqual({ ...first, replayed: 'true' });
    expect(await api.rowsOf('workspace_id = $1', [api.workspaceId])).toEqual(rows);
  });
});

describe('an idempotency key', () => {
  const postsWith = async (body: string): Promise<number> => (await api.query('SELECT 1 FROM post WHERE body = $1', [body])).length;

  it('lets one of a hundred parallel requests through; the others get its answer, or 409 while it runs', async () => {
    const body = draft() as { post: { body: string } };
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 100 }, () => call('POST', '/api/posts', body, { 'idempotency-key': key })));
    expect(await postsWith(body.post.body)).toBe(1);
    const made = answers.filter(({ status }) => status === 201);
    expect(made.filter(({ replayed }) => replayed === undefined)).toHaveLength(1);
    expect(new Set(made.map(({ text }) => text)).size).toBe(1);
    for (const answer of answers.filter(({ status }) => status !== 201)) expect(answer).toMatchObject({ status: 409, body: { code: 'idempotency_key_in_flight', retryable: true } });
  });

  it('belongs to one request: another body, address, query or group is refused', async () => {
    const body = { name: 'first' };
    const key = { 'idempotency-key': randomUUID() };
    expect((await call('POST', '/api/profile_groups', body, key)).status).toBe(201);
    const reused = { status: 422, body: { code: 'idempotency_key_reused' } };
    expect(await call('POST', '/api/profile_groups', { name: 'second' }, key)).toMatchObject(reused);
    expect(await call('POST', '/api/keys', body, key)).toMatchObject(reused);
    expect(await call('POST', `/api/profile_groups?profile_group_id=${api.groupId}`, body, key)).toMatchObject(reused);
    expect(await call('POST', '/api/profile_groups', body, key, await api.issueKey({ groupId: api.groupId }))).toMatchObject(reused);
    expect(await call('POST', '/api/profile_groups', { name: 'first' }, key)).toMatchObject({ status: 201, replayed: 'true' });
    expect(await call('POST', '/api/profile_groups', body, key, await api.issueKey())).toMatchObject({ status: 201, replayed: 'true' });
  });

  it('of a call that makes keys belongs to the key that made it: a narrower one does not get the answer', async () => {
    const key = { 'idempotency-key': randomUUID() };
    expect((await call('POST', '/api/keys', { name: 'wide' }, key)).status).toBe(201);
    const narrow = await api.issueKey({ permissions: ['keys:write'], expiresAt: new Date(Date.now() + 3_600_000) });
    expect(await call('POST', '/api/keys', { name: 'wide' }, key, narrow)).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
    expect(await call('POST', '/api/keys', { name: 'wide' }, key)).toMatchObject({ status: 201, replayed: 'true' });
  });

  it('does not make a body that is nested too deeply another fault', async () => {
    const body = `{"post":{"body":"deep"},"profiles":["instagram"],"metadata":${'['.repeat(30_000)}${']'.repeat(30_000)}}`;
    const headers = { authorization: `Bearer ${api.key}`, 'content-type': 'application/json', 'idempotency-key': randomUUID() };
    const answer = await api.send({ method: 'POST', operationId: 'createPost', url: '/api/posts', headers, body });
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('nested deeper than 32 levels')]);
  });

  it('belongs to one method', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const url = `/api/profiles/${api.profileId}/ice_breakers`;
    expect((await call('DELETE', url, null, key)).status).toBe(200);
    expect(await call('POST', url, null, key)).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
  });

  it('of another workspace is another one', async () => {
    const other = `ws_${randomUUID()}`;
    await api.query("INSERT INTO workspace VALUES ($1, 'Else', now())", [other]);
    await api.query("INSERT INTO profile_group (workspace_id, id, name, created_at) VALUES ($1, 'grp_1', 'Else', now())", [other]);
    const key = { 'idempotency-key': randomUUID() };
    expect(await call('POST', '/api/profile_groups', { name: 'same' }, key)).toMatchObject({ status: 201, replayed: undefined });
    expect(await call('POST', '/api/profile_groups', { name: 'same' }, key, await api.issueKey({ workspaceId: other }))).toMatchObject({ status: 201, replayed: undefined });
  });

  it('runs again after an error', async () => {
    const key = { 'idempotency-key': randomUUID() };
    let isThere = false;
    const picture = await makeJpeg({ width: 320, height: 320 });
    const url = host.on('/later.jpg', (_request, response) => void (isThere ? response.setHeader('content-type', 'image/jpeg').end(picture) : response.writeHead(404).end()));
    const body = { ...draft(), media: [url] };
    expect((await call('POST', '/api/posts', body, key)).status).toBe(422);
    isThere = true;
    expect(await call('POST', '/api/posts', body, key)).toMatchObject({ status: 201, replayed: undefined });
  });

  it('is held while its request runs, and free once that has died', async () => {
    const key = { 'idempotency-key': randomUUID() };
    let goOn = (): void => undefined;
    const hanging = new Promise<void>((resolve) => (goOn = resolve));
    const picture = await makeJpeg({ width: 320, height: 320 });
    const url = host.on('/slow.jpg', (_request, response) => void hanging.then(() => response.setHeader('content-type', 'image/jpeg').end(picture)));
    const text = randomUUID();
    const body = { ...draft(), post: { body: text, draft: true }, media: [url] };
    const first = call('POST', '/api/posts', body, key);
    await expect.poll(() => host.requests.filter((line) => line.endsWith('/slow.jpg')).length).toBe(1);
    expect(await call('POST', '/api/posts', body, key)).toMatchObject({ status: 409, body: { code: 'idempotency_key_in_flight' } });
    // As if its process had died a minute ago: nobody renews the hold. The repetition takes over, and the first one, late, changes nothing.
    await api.query('UPDATE idempotency_key SET locked_until = now() WHERE id = $1', [key['idempotency-key']]);
    const second = call('POST', '/api/posts', body, key);
    await expect.poll(() => host.requests.filter((line) => line.endsWith('/slow.jpg')).length).toBe(2);
    goOn();
    const [late, made] = await Promise.all([first, second]);
    expect(late).toMatchObject({ status: 409, body: { code: 'idempotency_key_in_flight' } });
    expect(made).toMatchObject({ status: 201, replayed: undefined });
    expect(await postsWith(text)).toBe(1);
  });

  it('is forgotten after a day', async () => {
    const key = { 'idempotency-key': randomUUID() };
    expect((await call('POST', '/api/profile_groups', { name: 'old' }, key)).status).toBe(201);
    await api.query('UPDATE idempotency_key SET expires_at = now() WHERE id = $1', [key['idempotency-key']]);
    expect(await call('POST', '/api/profile_groups', { name: 'new' }, key)).toMatchObject({ status: 201, replayed: undefined, body: { name: 'new' } });
  });

  it.each(['', 'with space', 'ümlaut', 'x'.repeat(256)])('is refused when it is "%s"', async (key) => {
    expect(await call('POST', '/api/profile_groups', { name: 'x' }, { 'idempotency-key': key })).toMatchObject({ status: 400, body: { code: 'idempotency_key_invalid' } });
  });

  it('means nothing to a request that reads', async () => {
    expect((await call('GET', '/api/posts', null, { 'idempotency-key': 'any thing' })).status).toBe(200);
  });

  it('knows an upload by its bytes', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const upload = async (seed: number): Promise<{ status: number; replayed: unknown; code: unknown }> => {
      const bytes = await makeJpeg({ width: 320, height: 320, seed });
      const form = new FormData();
      form.append('post[draft]', 'true');
      form.append('profiles[]', 'instagram');
      form.append('media[]', new Blob([new Uint8Array(bytes)], { type: 'image/jpeg' }), 'a.jpg');
      const [type, body] = [(boundary: string) => `multipart/form-data; boundary=${boundary}`, Buffer.from(await new Response(form).arrayBuffer())];
      const headers = { authorization: `Bearer ${api.key}`, 'content-type': type(body.subarray(2, body.indexOf('\r')).toString()), ...key };
      const answer = await api.send({ method: 'POST', operationId: null, url: '/api/posts', body, headers });
      return { status: answer.status, replayed: answer.headers['idempotent-replayed'], code: (JSON.parse(answer.text) as { code?: string }).code };
    };
    expect(await upload(1)).toMatchObject({ status: 201, replayed: undefined });
    expect(await upload(1)).toMatchObject({ status: 201, replayed: 'true' });
    expect(await upload(2)).toMatchObject({ status: 422, code: 'idempotency_key_reused' });
  });

  it('keeps no secret in clear', async () => {
    const made = await call('POST', '/api/keys', { name: 'secret' }, { 'idempotency-key': randomUUID() });
    const secret = String(made.body['key']).split('_')[2] ?? '';
    expect(secret).toHaveLength(32);
    const rows = await api.query<{ text: string }>('SELECT t::text AS text FROM idempotency_key t UNION ALL SELECT t::text FROM audit_entry t UNION ALL SELECT t::text FROM api_key t');
    expect(rows.filter(({ text }) => text.includes(secret))).toEqual([]);
  });
});

describe('GET /api/audit', () => {
  it('tells of every key, also of the first one', async () => {
    const [first] = await api.query<{ id: string }>('SELECT id FROM api_key WHERE prefix = $1', [api.key.split('_')[1]]);
    const { body } = await call('GET', `/api/audit?target_id=${first?.id ?? ''}`, null);
    expect(body['data']).toMatchObject([{ action: 'api_key.created', actor: 'command_line', key_id: null, profile_group_id: null }]);
  });

  it('tells the newest first, by pages and by filters', async () => {
    const made = await call('POST', '/api/profile_groups', { name: 'Watched' });
    const target = String(made.body['id']);
    await call('DELETE', `/api/profile_groups/${target}`, null);
    const list = (query: string, key = api.key) => call('GET', `/api/audit?${query}`, null, {}, key) as Promise<Reply & { body: { data: Record<string, unknown>[]; next_cursor: string | null } }>;
    const both = await list(`target_id=${target}`);
    expect(both.body.data.map(({ action }) => action)).toEqual(['profile_group.deleted', 'profile_group.created']);
    expect(both.body.data[0]).toMatchObject({ actor: 'api_key', before_digest: both.body.data[1]?.['after_digest'], after_digest: null });
    const first = await list(`target_id=${target}&limit=1`);
    expect((await list(`target_id=${target}&limit=1&cursor=${first.body.next_cursor ?? ''}`)).body).toMatchObject({ data: [{ action: 'profile_group.created' }], next_cursor: null });
    expect((await list(`target_id=${target}&action=profile_group.deleted`)).body.data).toHaveLength(1);
    expect((await list(`target_id=${target}&to=2020-01-01`)).body.data).toEqual([]);
    expect((await list(`target_id=${target}&from=2020-01-01&key_id=key_other`)).body.data).toEqual([]);
    const narrow = await api.issueKey({ groupId: api.groupId });
    for (const entry of (await list('', narrow)).body.data) expect(entry['profile_group_id']).toBe(api.groupId);
  });
});
