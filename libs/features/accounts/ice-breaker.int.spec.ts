import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#kernel/ids';
import { AccountsFixture, type TestWorkspace } from './accounts.fixture.js';
import { generateApiKey, parseApiKey } from './api-key.js';
import { ApiKeyRepository } from './api-key.repository.js';
import type { Permission } from './permission.js';

const hours = { question: 'When are you open?', payload: 'HOURS' };
const prices = { question: 'What does a coffee cost?', payload: 'PRICES' };
const publishOnly = ['instagram_business_basic', 'instagram_business_content_publish'];

describe('what a profile shows and is', () => {
  let fixture: AccountsFixture;
  beforeAll(async () => (fixture = await AccountsFixture.start()));
  afterAll(() => fixture.stop());

  async function connected(grants?: readonly string[]): Promise<{ path: string; userId: string; workspace: TestWorkspace }> {
    const [workspace, account] = [await fixture.workspace(), await fixture.account()];
    await workspace.connect(account, grants && { grants });
    const { body: { data: [profile] } } = await workspace.profiles();
    return { path: `/api/profiles/${profile?.id ?? ''}`, userId: account.user_id, workspace };
  }

  async function keyWith(workspace: TestWorkspace, permissions: Permission[]): Promise<string> {
    const text = generateApiKey();
    const key = parseApiKey(text);
    if (!key) throw new Error('A generated key did not parse');
    await new ApiKeyRepository(fixture.database).create(workspace.id, { name: 'Narrow', profileGroupId: null, permissions, expiresAt: null, key, now: fixture.clock.now() });
    return text;
  }

  it('has no placements, also when it has lapsed', async () => {
    const { path, userId, workspace } = await connected();
    expect(await workspace.call('GET', `${path}/placements`)).toEqual({ status: 200, body: { data: [] } });
    await fixture.sandbox.revoke(userId);
    expect(await workspace.call('GET', `${path}/publishing_limit`)).toMatchObject({ status: 409 });
    expect(await workspace.call('GET', `${path}/placements?profile_group_id=${workspace.groupId}`)).toEqual({ status: 200, body: { data: [] } });
  });

  it('has statistics where it is shown alone, and none of them yet', async () => {
    const { path, workspace } = await connected();
    const { body: { data: [listed] } } = await workspace.profiles();
    expect(await workspace.call('GET', path)).toEqual({ status: 200, body: { ...listed, latest_stats: [], summary_stats: null } });
  });

  it('offers the questions it was given, and no others', async () => {
    const { path, userId, workspace } = await connected();
    const url = `${path}/ice_breakers`;
    expect(await workspace.call('GET', url)).toEqual({ status: 200, body: { ice_breakers: [] } });
    expect(await workspace.call('POST', url, { ice_breakers: [hours] })).toEqual({ status: 200, body: { success: true } });
    expect(await workspace.call('POST', `${url}?profile_group_id=${workspace.groupId}`, { ice_breakers: [prices, hours] })).toEqual({ status: 200, body: { success: true } });
    expect(await workspace.call('GET', url)).toEqual({ status: 200, body: { ice_breakers: [prices, hours] } });
    expect(await fixture.sandbox.iceBreakers(userId)).toEqual([{ locale: 'default', call_to_actions: [prices, hours] }]);
    expect(await workspace.call('DELETE', url)).toEqual({ status: 200, body: { success: true } });
    expect(await workspace.call('GET', url)).toEqual({ status: 200, body: { ice_breakers: [] } });
  });

  it.each<[object, number, string]>([
    [{}, 400, 'param is missing or the value is empty: ice_breakers'],
    [{ ice_breakers: [] }, 422, 'ice_breakers must contain at least 1 elements'],
    [{ ice_breakers: [1, 2, 3, 4, 5].map(() => hours) }, 422, 'ice_breakers must contain no more than 4 elements'],
    [{ ice_breakers: [hours, { question: 'Why?' }] }, 400, 'param is missing or the value is empty: ice_breakers[1].payload'],
    [{ ice_breakers: [{ question: '', payload: 'x' }] }, 400, 'param is missing or the value is empty: ice_breakers[0].question'],
    [{ ice_breakers: [{ question: 'x'.repeat(1001), payload: 'x' }] }, 422, 'ice_breakers[0].question must be shorter than or equal to 1000 characters'],
    [{ ice_breakers: [{ ...hours, title: 'x' }] }, 422, 'Unknown parameter: ice_breakers[0].title'],
    [{ ice_breakers: [hours], locale: 'de_DE' }, 422, 'Unknown parameter: locale'],
    [{ ice_breakers: ['Why?'] }, 422, 'ice_breakers'],
    [{ ice_breakers: hours }, 422, 'ice_breakers must be an array'],
  ])('is not given %j', async (body, status, sentence) => {
    const { path, workspace } = await connected();
    const answer = await workspace.call<{ errors: string[] }>('POST', `${path}/ice_breakers`, body);
    expect(answer.status).toBe(status);
    expect(answer.body.errors.join('\n')).toContain(sentence);
  });

  it('is read with one permission and changed with another', async () => {
    const { path, workspace } = await connected();
    const [reader, writer] = [await keyWith(workspace, ['read', 'profiles:write']), await keyWith(workspace, ['messages:write'])];
    const answers = [
      await workspace.call('GET', `${path}/ice_breakers`, undefined, reader), await workspace.call('POST', `${path}/ice_breakers`, { ice_breakers: [hours] }, reader),
      await workspace.call('DELETE', `${path}/ice_breakers`, undefined, reader), await workspace.call('POST', `${path}/ice_breakers`, { ice_breakers: [hours] }, writer),
      await workspace.call('DELETE', `${path}/ice_breakers`, undefined, writer), await workspace.call('GET', `${path}/ice_breakers`, undefined, writer),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 403, 403, 200, 200, 403]);
    expect(answers[1]?.body).toMatchObject({ code: 'permission_denied', details: { permission: 'messages:write' } });
  });

  it('answers what the network failed with, in the words of the network', async () => {
    const { path, userId, workspace } = await connected();
    const url = `${path}/ice_breakers`;
    await fixture.sandbox.settings(userId, { error_fields: 'full' });
    await fixture.sandbox.fault({ path: '/me/messenger_profile', account: userId }, { kind: 'error', preset: '613' });
    expect(await workspace.call('GET', url)).toMatchObject({
      status: 502, body: { code: 'network_failed', retryable: true, details: { code: 613, subcode: null, message: expect.stringContaining('#613'), fbtrace_id: expect.stringMatching(/^A/), remedy: expect.any(String) } },
    });
    await fixture.sandbox.fault({ path: '/me/messenger_profile', account: userId }, { kind: 'http', status: 503 });
    expect(await workspace.call('DELETE', url)).toMatchObject({ status: 502, body: { code: 'network_failed', details: { code: null } } });
    expect(await workspace.call('POST', url, { ice_breakers: [{ question: 'x'.repeat(81), payload: 'x' }] })).toMatchObject({
      status: 422, body: { code: 'network_refused', retryable: false, details: { code: 100, fbtrace_id: expect.stringMatching(/^A/) } },
    });
  });

  it('that was not allowed to do it says so and stays connected; one that lapsed does not', async () => {
    const { path, userId, workspace } = await connected(publishOnly);
    expect(await workspace.call('GET', `${path}/ice_breakers`)).toMatchObject({
      status: 409, body: { code: 'state_conflict', error: 'The account has not granted what this needs', details: { code: 10, remedy: expect.stringContaining('Reconnect') } },
    });
    expect(await workspace.call('GET', path)).toMatchObject({ body: { status: 'active' } });
    await fixture.sandbox.revoke(userId);
    expect(await workspace.call('GET', `${path}/ice_breakers`)).toMatchObject({ status: 409, body: { error: 'The profile is not connected' } });
    expect(await workspace.call('GET', path)).toMatchObject({ body: { status: 'expired' } });
  });

  it('is asked about its questions ten times in ten minutes and no more: the rest is refused here, and told when it goes on', async () => {
    const { path, userId, workspace } = await connected();
    const other = await connected();
    const url = `${path}/ice_breakers`;
    for (let call = 0; call < 9; call += 1) expect((await workspace.call('GET', url)).status).toBe(200);
    expect((await workspace.call('POST', url, { ice_breakers: [hours] })).status).toBe(200);
    const made = async (): Promise<number> => Object.entries((await fixture.sandbox.ledger(userId)).calls).reduce((sum, [name, count]) => (name.includes('messenger_profile') ? sum + count : sum), 0);
    const before = await made();
    const refused = await fetch(`${fixture.url}${url}`, { method: 'POST', headers: { authorization: `Bearer ${workspace.key}`, 'content-type': 'application/json' }, body: JSON.stringify({ ice_breakers: [prices] }) });
    const body = (await refused.json()) as { details: { retry_after: number; retry_at: string } };
    expect([refused.status, refused.headers.get('retry-after'), body]).toMatchObject([429, String(body.details.retry_after), { code: 'network_limited', retryable: true, details: { kind: 'ice_breakers', limit: 10, window_seconds: 600 } }]);
    expect(body.details.retry_after).toBeGreaterThan(500);
    expect(body.details.retry_after).toBeLessThanOrEqual(600);
    expect(await workspace.call('DELETE', url)).toMatchObject({ status: 429, body: { code: 'network_limited' } });
    expect([await made(), before]).toEqual([10, 10]);
    expect(await fixture.sandbox.iceBreakers(userId)).toEqual([{ locale: 'default', call_to_actions: [hours] }]);
    expect((await other.workspace.call('GET', `${other.path}/ice_breakers`)).status).toBe(200);
    await fixture.advance(body.details.retry_after * 1000);
    expect((await workspace.call('POST', url, { ice_breakers: [prices] })).status).toBe(200);
  });

  it('is nobody else\'s business', async () => {
    const { path, workspace } = await connected();
    const stranger = await fixture.workspace();
    const otherGroup = await fixture.key(workspace.id, await workspace.newGroup());
    for (const [by, key] of [[stranger, stranger.key], [workspace, otherGroup]] as const) {
      expect(await by.call('GET', `${path}/placements`, undefined, key)).toMatchObject({ status: 404 });
      expect(await by.call('GET', `${path}/ice_breakers`, undefined, key)).toMatchObject({ status: 404 });
      expect(await by.call('POST', `${path}/ice_breakers`, { ice_breakers: [hours] }, key)).toMatchObject({ status: 404 });
      expect(await by.call('DELETE', `${path}/ice_breakers`, undefined, key)).toMatchObject({ status: 404 });
    }
    expect(await workspace.call('GET', `/api/profiles/${newId('profile')}/ice_breakers`)).toMatchObject({ status: 404 });
  });
});
