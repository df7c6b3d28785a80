import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../server.js';
import { ControlClient } from '../testing/control-client.fixture.js';
import { type GraphClient, send } from '../testing/graph-client.fixture.js';
import { jpeg, type MediaHost, startMediaHost } from '../testing/media-host.fixture.js';

describe('Graph protocol', () => {
  let sandbox: Sandbox;
  let control: ControlClient;
  let host: MediaHost;
  let photo: string;
  let me: GraphClient;

  beforeAll(async () => {
    sandbox = await startSandbox({ port: 0 });
    control = new ControlClient(sandbox.url);
    host = await startMediaHost();
    photo = host.put(await jpeg(), 'image/jpeg');
    me = await control.account();
  });
  afterAll(async () => {
    await sandbox.close();
    await host.close();
  });

  it('§0 answers the same on versioned and unversioned paths', async () => {
    for (const prefix of ['', '/v25.0', '/v24.0']) {
      const answer = await send('GET', `${sandbox.url}${prefix}/me?fields=username&access_token=${me.token}`);
      expect(answer.text('username')).toBe(me.username);
    }
  });

  it('§0 takes the token as a bearer header or as a parameter', async () => {
    expect((await send('GET', `${sandbox.url}/me?access_token=${me.token}`)).outcome).toBe('ok');
    expect((await send('GET', `${sandbox.url}/me`, { headers: { authorization: `Bearer ${me.token}` } })).outcome).toBe('ok');
  });

  it('§0 reads parameters from query, form, multipart and JSON', async () => {
    const address = `${sandbox.url}/${me.userId}/media`;
    const params = { image_url: photo, caption: 'same', access_token: me.token };
    const form = new FormData();
    for (const [name, value] of Object.entries(params)) form.set(name, value);
    const answers = [
      await send('POST', `${address}?${new URLSearchParams(params).toString()}`),
      await send('POST', address, { body: new URLSearchParams(params) }),
      await send('POST', address, { body: form }),
      await send('POST', address, { body: JSON.stringify(params), headers: { 'content-type': 'application/json' } }),
    ];
    expect(answers.map((answer) => answer.outcome)).toEqual(['ok', 'ok', 'ok', 'ok']);
  });

  it('§0 keeps id, user_id, container and media ids apart, all above 2^53 and not representable as a number', async () => {
    const user = await me.get('/me', { fields: 'id,user_id' });
    const container = (await me.create({ image_url: photo })).text('id');
    const media = (await me.publish(container)).text('id');
    const ids = [user.text('id'), user.text('user_id'), container, media];
    expect(new Set(ids).size).toBe(4);
    for (const id of ids) {
      expect(BigInt(id)).toBeGreaterThan(2n ** 53n);
      expect(String(Number(id))).not.toBe(id);
    }
  });

  it('§0 does not take the app-scoped id in a path', async () => {
    const id = (await me.get('/me', { fields: 'id' })).text('id');
    expect((await me.get(`/${id}/media`)).outcome).toBe('100/33');
  });

  it('§11.10 fails the whole call with code 100 on an unknown field, at any depth', async () => {
    const media = await me.publishNow({ image_url: photo });
    expect((await me.get('/me', { fields: 'username,shoe_size' })).outcome).toBe('100');
    expect((await me.get(`/${media}`, { fields: 'children{shoe_size}' })).outcome).toBe('100');
    expect((await me.get(`/${media}`, { fields: 'caption{id}' })).outcome).toBe('100');
  });

  it('§2.4 a list of fields that cannot be read is a malformed query: 2500', async () => {
    for (const fields of ['id,children{', 'id,', 'username username', 'media.first(2)']) expect([fields, (await me.get('/me', { fields })).outcome]).toEqual([fields, '2500']);
  });

  it('§1.6, §1.8 answers default fields when none are asked for', async () => {
    const media = await me.publishNow({ image_url: photo });
    expect((await me.get(`/${media}`)).body).toEqual({ id: media });
    expect((await me.get(`/${me.userId}/content_publishing_limit`)).at('data', 0)).toEqual({ quota_usage: expect.any(Number) });
  });

  it('§2.1 wraps every error in the envelope with a trace id', async () => {
    const answer = await me.get('/1');
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({
      error: { message: expect.stringContaining('Unsupported get request'), type: 'GraphMethodException', code: 100, error_subcode: 33, fbtrace_id: expect.stringMatching(/^A/u) },
    });
  });

  it('§2.4 answers 2500 to a missing token, 190 to an unknown one, 190/458 to a revoked and 190/463 to an expired one', async () => {
    const missing = await send('GET', `${sandbox.url}/me`);
    expect([missing.outcome, missing.status]).toEqual(['2500', 400]);
    expect((await send('GET', `${sandbox.url}/me?access_token=nonsense`)).outcome).toBe('190');
    const revoked = await control.account({}, { revoked: true });
    const expired = await control.account({}, { expired: true });
    const answers = [await revoked.get('/me'), await expired.get('/me')];
    expect(answers.map((answer) => [answer.outcome, answer.status])).toEqual([['190/458', 401], ['190/463', 401]]);
  });

  it('§2.3 hides objects of another account behind 100/33', async () => {
    const other = await control.account();
    const container = (await me.create({ image_url: photo })).text('id');
    const media = (await me.publish(container)).text('id');
    const answers = [await other.get(`/${container}`), await other.get(`/${media}`), await other.get(`/${me.userId}`), await other.post(`/${me.userId}/media`, { image_url: photo }), await other.post(`/${media}/comments`, { message: 'x' })];
    expect(answers.map((answer) => answer.outcome)).toEqual(Array.from({ length: 5 }, () => '100/33'));
  });

  it('§2.4 knows no unknown edges and no longer paths: 2500', async () => {
    const media = await me.publishNow({ image_url: photo });
    expect((await me.get(`/${media}/shoes`)).outcome).toBe('2500');
    expect((await send('GET', `${sandbox.url}/a/b/c?access_token=${me.token}`)).outcome).toBe('2500');
  });

  it('§2.3 answers code 100 to methods Graph does not have', async () => {
    for (const method of ['PUT', 'PATCH', 'OPTIONS']) {
      const answer = await send(method, `${sandbox.url}/me?access_token=${me.token}`);
      expect([answer.status, answer.outcome, answer.text('error', 'message')]).toEqual([400, '100', `Unsupported request - method type: ${method.toLowerCase()}`]);
    }
    expect((await send('DELETE', `${sandbox.url}/me?access_token=${me.token}`)).outcome).toBe('100/33');
  });

  it('§2.3 refuses a body that is no JSON object with code 100', async () => {
    for (const body of ['{', '[]', '7']) {
      const answer = await send('POST', `${sandbox.url}/me/media?access_token=${me.token}`, { body, headers: { 'content-type': 'application/json' } });
      expect(answer.outcome).toBe('100');
    }
  });

  it('§1.2 has room for the longest caption in a query', async () => {
    const query = new URLSearchParams({ access_token: me.token, image_url: photo, caption: '😀'.repeat(2200) });
    expect((await send('POST', `${sandbox.url}/me/media?${query.toString()}`)).outcome).toBe('ok');
  });

  it('§11.8 truncates a caption at an unencoded # in the query, as any URL does', async () => {
    const query = `access_token=${me.token}&image_url=${encodeURIComponent(photo)}&caption=before`;
    const id = (await send('POST', `${sandbox.url}/me/media?${query}#after`)).text('id');
    await me.publish(id);
    const media = (await me.get('/me/media', { fields: 'caption', limit: '1' }));
    expect(media.at('data', 0, 'caption')).toBe('before');
  });
});
