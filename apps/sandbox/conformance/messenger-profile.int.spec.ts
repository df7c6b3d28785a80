import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../server.js';
import { ControlClient } from '../testing/control-client.fixture.js';
import { type Answer, type GraphClient, send } from '../testing/graph-client.fixture.js';

const asked = (question: string): { question: string; payload: string } => ({ question, payload: question.toUpperCase() });
const entry = (locale: string, ...questions: string[]): object => ({ call_to_actions: questions.map(asked), locale });
const path = '/me/messenger_profile';

describe('The messenger profile', () => {
  let sandbox: Sandbox;
  let control: ControlClient;

  beforeAll(async () => {
    sandbox = await startSandbox({ port: 0 });
    control = new ControlClient(sandbox.url);
  });
  afterAll(() => sandbox.close());

  const read = (me: GraphClient): Promise<Answer> => me.get(path, { fields: 'ice_breakers' });
  const set = (me: GraphClient, breakers: object): Promise<Answer> => me.post(path, { platform: 'instagram', ice_breakers: breakers });
  const remove = (me: GraphClient): Promise<Answer> =>
    send('DELETE', `${sandbox.url}/v25.0${path}`, { headers: { authorization: `Bearer ${me.token}`, 'content-type': 'application/json' }, body: JSON.stringify({ fields: ['ice_breakers'] }) });

  it('§5.4 POST answers success and replaces the set, GET lists it by locale, DELETE removes all locales', async () => {
    const me = await control.account();
    expect((await read(me)).body).toEqual({ data: [] });
    expect((await set(me, [entry('default', 'one', 'two'), entry('en_GB', 'three')])).body).toEqual({ success: true });
    expect((await read(me)).body).toEqual({ data: [entry('default', 'one', 'two'), entry('en_GB', 'three')] });
    expect((await set(me, [entry('default', 'four')])).body).toEqual({ success: true });
    expect((await read(me)).body).toEqual({ data: [entry('default', 'four')] });
    expect((await remove(me)).body).toEqual({ success: true });
    expect((await read(me)).body).toEqual({ data: [] });
  });

  it('§5.4 the path of the account is the same as /me', async () => {
    const me = await control.account();
    expect((await me.post(`/${me.userId}/messenger_profile`, { platform: 'instagram', ice_breakers: [entry('default', 'one')] })).outcome).toBe('ok');
    expect((await read(me)).list('data')).toHaveLength(1);
  });

  it('§5.4 what was set in the old format is read in the old format', async () => {
    const me = await control.account();
    expect((await set(me, [asked('one'), asked('two')])).outcome).toBe('ok');
    expect((await read(me)).body).toEqual({ data: [{ ice_breakers: [asked('one'), asked('two')] }] });
  });

  it('§0 lists are JSON text in a form', async () => {
    const me = await control.account();
    const form = new URLSearchParams({ access_token: me.token, platform: 'instagram', ice_breakers: JSON.stringify([entry('default', 'one')]) });
    expect((await send('POST', `${sandbox.url}${path}`, { body: form })).outcome).toBe('ok');
    expect((await send('DELETE', `${sandbox.url}${path}`, { body: new URLSearchParams({ access_token: me.token, fields: '["ice_breakers"]' }) })).outcome).toBe('ok');
  });

  it.each<[string, unknown]>([
    ['nothing', null], ['a text', 'one'], ['an empty list', []], ['an entry without questions', [entry('default')]], ['a fifth question', [entry('default', 'a', 'b', 'c', 'd', 'e')]],
    ['a fifth question in the old format', ['a', 'b', 'c', 'd', 'e'].map(asked)], ['no default locale', [entry('en_GB', 'a')]], ['a locale twice', [entry('default', 'a'), entry('default', 'b')]],
    ['a locale that is none', [entry('default', 'a'), entry('english', 'b')]], ['both formats', [entry('default', 'a'), asked('b')]], ['a question without a payload', [{ question: 'a' }]],
    ['an empty question', [{ question: ' ', payload: 'a' }]], ['an unknown key', [{ ...asked('a'), title: 'a' }]], ['a question of 81 characters', [asked('x'.repeat(81))]],
    ['a payload of 1,001 characters', [{ question: 'a', payload: 'x'.repeat(1001) }]], ['a list of lists', [[asked('a')]]],
  ])('§5.4 %s is code 100 and changes nothing', async (_name, breakers) => {
    const me = await control.account();
    await set(me, [asked('kept')]);
    expect((await me.post(path, { platform: 'instagram', ...(breakers !== null && { ice_breakers: breakers as object }) })).outcome).toBe('100');
    expect((await read(me)).body).toEqual({ data: [{ ice_breakers: [asked('kept')] }] });
  });

  it('§5.4 a POST names the platform, a GET and a DELETE the field', async () => {
    const me = await control.account();
    expect((await me.post(path, { ice_breakers: [entry('default', 'one')] })).outcome).toBe('100');
    expect((await me.post(path, { platform: 'messenger', ice_breakers: [entry('default', 'one')] })).outcome).toBe('100');
    expect([(await me.get(path)).outcome, (await me.get(path, { fields: 'greeting' })).outcome]).toEqual(['100', '100']);
    expect((await send('DELETE', `${sandbox.url}${path}?access_token=${me.token}`)).outcome).toBe('100');
  });

  it('§5.4 Facebook Login reads and writes it on the page, with platform=instagram', async () => {
    const me = await control.account();
    const token = (await control.get(`/accounts/${me.userId}`)).text('facebook', 'page_token');
    const page = (method: string, query: string): Promise<Answer> => send(method, `${sandbox.url}/graph.facebook.com/v25.0${path}?access_token=${token}&${query}`);
    expect((await page('POST', `platform=instagram&ice_breakers=${encodeURIComponent(JSON.stringify([entry('default', 'one')]))}`)).outcome).toBe('ok');
    expect((await page('GET', 'fields=ice_breakers')).outcome).toBe('100');
    expect((await page('GET', 'fields=ice_breakers&platform=instagram')).body).toEqual({ data: [entry('default', 'one')] });
    expect((await read(me)).body).toEqual({ data: [entry('default', 'one')] });
  });

  it('§2.3 without the permission for messages it is code 10', async () => {
    const me = await control.account({}, { permissions: ['instagram_business_basic', 'instagram_business_content_publish'] });
    expect([(await read(me)).outcome, (await set(me, [asked('one')])).outcome, (await remove(me)).outcome]).toEqual(['10', '10', '10']);
  });

  it('§3 ten calls in ten minutes, then 613 until the oldest is ten minutes old; each account for itself', async () => {
    const [me, other] = [await control.account(), await control.account()];
    expect((await set(me, [asked('one')])).outcome).toBe('ok');
    await control.advance(60_000);
    for (let call = 0; call < 9; call += 1) expect((await read(me)).outcome).toBe('ok');
    expect([(await read(me)).outcome, (await remove(me)).outcome, (await read(other)).outcome]).toEqual(['613', '613', 'ok']);
    await control.advance(9 * 60_000);
    expect([(await read(me)).outcome, (await read(me)).outcome]).toEqual(['ok', '613']);
  });

  it('§5.4 the control door shows what is set, and it outlives the process with the calls', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'sandbox-messenger-'));
    const first = await startSandbox({ port: 0, dataDir });
    const me = await new ControlClient(first.url).account();
    const breakers = [{ locale: 'default', call_to_actions: [asked('one')] }];
    for (let call = 0; call < 10; call += 1) await set(me, breakers);
    expect((await new ControlClient(first.url).get(`/accounts/${me.userId}`)).list('ice_breakers')).toEqual(breakers);
    await first.close();
    const second = await startSandbox({ port: 0, dataDir });
    expect((await new ControlClient(second.url).get(`/accounts/${me.userId}`)).list('ice_breakers')).toEqual(breakers);
    expect((await send('GET', `${second.url}${path}?fields=ice_breakers&access_token=${me.token}`)).outcome).toBe('613');
    await second.close();
    await rm(dataDir, { recursive: true });
  });
});
