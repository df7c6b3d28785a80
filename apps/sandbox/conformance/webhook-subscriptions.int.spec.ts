import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../server.js';
import { ControlClient } from '../testing/control-client.fixture.js';
import { type Answer, send } from '../testing/graph-client.fixture.js';

describe('Subscribing an account to webhooks', () => {
  let sandbox: Sandbox;
  let control: ControlClient;

  beforeAll(async () => {
    sandbox = await startSandbox({ port: 0 });
    control = new ControlClient(sandbox.url);
  });
  afterAll(() => sandbox.close());

  async function door(): Promise<{ userId: string; call: (method: string, query?: string) => Promise<Answer>; page: (method: string, query?: string) => Promise<Answer> }> {
    const me = await control.account();
    const pageToken = (await control.get(`/accounts/${me.userId}`)).text('facebook', 'page_token');
    return {
      userId: me.userId,
      call: (method, query = '') => send(method, `${sandbox.url}/v25.0/me/subscribed_apps?access_token=${me.token}${query}`),
      page: (method, query = '') => send(method, `${sandbox.url}/graph.facebook.com/v25.0/me/subscribed_apps?access_token=${pageToken}${query}`),
    };
  }

  it('§6.1 POST subscribed_fields answers success, GET lists the app with them, DELETE ends it', async () => {
    const { call } = await door();
    expect((await call('GET')).body).toEqual({ data: [] });
    expect((await call('POST', '&subscribed_fields=comments,messages')).body).toEqual({ success: true });
    expect((await call('GET')).body).toEqual({ data: [{ id: expect.stringMatching(/^\d+$/u), subscribed_fields: ['comments', 'messages'] }] });
    expect((await call('POST', `&subscribed_fields=${encodeURIComponent('["live_comments"]')}`)).outcome).toBe('ok');
    expect((await call('GET')).at('data', 0, 'subscribed_fields')).toEqual(['live_comments']);
    expect((await call('DELETE')).body).toEqual({ success: true });
    expect((await call('GET')).body).toEqual({ data: [] });
  });

  it('§6.1 unknown and missing fields are code 100; each login has fields of its own', async () => {
    const { call, page } = await door();
    const outcomes = [await call('POST'), await call('POST', '&subscribed_fields=shoes'), await call('POST', '&subscribed_fields=story_insights'), await page('POST', '&subscribed_fields=message_echoes')];
    expect(outcomes.map((answer) => answer.outcome)).toEqual(['100', '100', '100', '100']);
    expect((await page('POST', '&subscribed_fields=mentions,story_insights')).outcome).toBe('ok');
    expect((await call('POST', '&subscribed_fields=message_echoes')).outcome).toBe('ok');
  });

  it('§8.4 who removes the app is not told about any more', async () => {
    const { userId, call } = await door();
    await call('POST', '&subscribed_fields=comments');
    await control.post(`/accounts/${userId}/revoke`);
    expect((await call('GET')).outcome).toBe('190/458');
    expect((await control.get(`/accounts/${userId}`)).list('subscriptions')).toEqual([]);
  });

  it('§6.1 the control door shows what is subscribed', async () => {
    const { userId, call } = await door();
    await call('POST', '&subscribed_fields=comments,message_reactions');
    expect((await control.get(`/accounts/${userId}`)).list('subscriptions')).toEqual([{ client_id: expect.any(String), fields: ['comments', 'message_reactions'] }]);
  });
});
