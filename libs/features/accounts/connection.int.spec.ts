import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { days, minutes } from '#kernel/clock';
import { AccountsFixture } from './accounts.fixture.js';
import { ProfileService } from './profile.service.js';
import { AccountsModule } from './accounts.module.js';

const back = 'http://127.0.0.1:9/back?brand=7';
const failed = (code: string): string => `${back}&failure=true&error_code=${code}`;
const basic = ['instagram_business_basic', 'instagram_business_content_publish'];

describe('connecting an account', () => {
  let fixture: AccountsFixture;
  let opened: ProfileService;
  beforeAll(async () => {
    fixture = await AccountsFixture.start();
    opened = (await fixture.process(AccountsModule)).get(ProfileService);
  });
  afterAll(() => fixture.stop());

  it('leads over the consent page to a profile with both ids, permissions, expiry and a sealed token that works', async () => {
    const [workspace, account] = [await fixture.workspace(), await fixture.account()];
    expect(await workspace.connect(account)).toBe(back);
    const { body: { data: [profile] } } = await workspace.profiles();
    expect(profile).toMatchObject({ username: account.username, status: 'active' });
    const row = await fixture.database.profile.findFirstOrThrow({ where: { workspaceId: workspace.id } });
    expect(row).toMatchObject({ remoteId: account.user_id, appScopedId: account.id, permissions: expect.arrayContaining(basic) as string[] });
    expect(row.accessToken).toMatch(/^v1\.k1\./);
    const daysLeft = ((row.tokenExpiresAt?.getTime() ?? 0) - fixture.clock.now().getTime()) / days(1);
    expect(daysLeft).toBeGreaterThan(59);
    expect(await workspace.events()).toEqual([{ type: 'profile.connected', data: {
      id: row.id, name: row.name, platform: 'instagram', profile_group_id: workspace.groupId, status: 'active', uid: account.user_id, username: account.username,
    } }]);
    const token = (await opened.openAccount(workspace.id, row.id))?.accessToken ?? '';
    const me = await fetch(`${fixture.sandbox.url}/me?fields=user_id&access_token=${token}`);
    expect(await me.json()).toMatchObject({ user_id: account.user_id });
  });

  it('reads the documented wrapped answers too', async () => {
    const [workspace, account] = [await fixture.workspace(), await fixture.account()];
    await fixture.sandbox.settings(account.user_id, { oauth_shape: 'wrapped' });
    expect(await workspace.connect(account, { grants: basic })).toBe(back);
    expect(await fixture.database.profile.findFirst({ where: { workspaceId: workspace.id } })).toMatchObject({ permissions: basic });
  });

  it('stores what was granted, and lets a person grant the rest', async () => {
    const [workspace, account] = [await fixture.workspace(), await fixture.account()];
    await workspace.connect(account, { grants: basic });
    expect(await workspace.connect(account)).toBe(back);
    const profiles = await fixture.database.profile.findMany({ where: { workspaceId: workspace.id } });
    expect(profiles.map(({ permissions }) => permissions.length)).toEqual([5]);
  });

  it('comes back with user_abandoned after a no', async () => {
    const workspace = await fixture.workspace();
    expect(await workspace.comeBack(await fixture.sandbox.decide(await workspace.begin(back), 'cancel'))).toBe(failed('user_abandoned'));
    expect((await workspace.profiles()).body.data).toEqual([]);
  });

  it('comes back with update_failed when the code is not accepted, or the network does not answer', async () => {
    const [workspace, account] = [await fixture.workspace(), await fixture.account()];
    const location = new URL(await fixture.sandbox.decide(await workspace.begin(back), { account: account.user_id }));
    location.searchParams.set('code', 'made-up');
    expect(await workspace.comeBack(location.href)).toBe(failed('update_failed'));
    await fixture.sandbox.fault({ path: '/access_token' }, { kind: 'http', status: 502 });
    expect(await workspace.connect(account)).toBe(failed('update_failed'));
    await fixture.sandbox.clearFaults();
    expect(await workspace.connect(account)).toBe(back);
  });

  it('takes a state once, in time, for its network, and knows no other', async () => {
    const [workspace, account] = [await fixture.workspace(), await fixture.account()];
    const location = await fixture.sandbox.decide(await workspace.begin(back), { account: account.user_id });
    const returns = await Promise.all([workspace.comeBack(location), workspace.comeBack(location), workspace.comeBack(location)]);
    expect(returns.sort()).toEqual([back, failed('update_failed'), failed('update_failed')]);
    // The network takes its code once, too; a refusal carries none, so only the state can tell.
    const refusal = await fixture.sandbox.decide(await (await fixture.workspace()).begin(back), 'cancel');
    expect([await workspace.comeBack(refusal), await workspace.comeBack(refusal)]).toEqual([failed('user_abandoned'), failed('update_failed')]);
    const late = await fixture.workspace();
    const lateReturn = await fixture.sandbox.decide(await late.begin(back), { account: (await fixture.account()).user_id });
    await fixture.advance(minutes(11));
    expect(await late.comeBack(lateReturn)).toBe(failed('update_failed'));
    for (const query of ['', '?code=x', '?state=unknown&code=x', '?state[]=a&code=x']) {
      expect(await workspace.comeBack(`${fixture.url}/api/connections/instagram/callback${query}`)).toMatch(/^400 .*connection_state_invalid/);
    }
    expect(await workspace.comeBack(location.replace('/instagram/', '/other/'))).toMatch(/^404 /);
    const stored = await fixture.database.connectionAttempt.findMany({ where: { workspaceId: workspace.id } });
    expect(JSON.stringify(stored)).not.toContain(new URL(location).searchParams.get('state'));
  });

  it('heals the profile of the same account when it has lapsed, also one that was removed', async () => {
    const [workspace, account] = [await fixture.workspace(), await fixture.account()];
    await workspace.connect(account);
    const before = await fixture.database.profile.findFirstOrThrow({ where: { workspaceId: workspace.id } });
    await fixture.sandbox.revoke(account.user_id);
    await opened.markDisconnected(workspace.id, before.id);
    expect((await workspace.profiles()).body.data).toMatchObject([{ id: before.id, status: 'expired' }]);
    expect(await workspace.connect(account)).toBe(back);
    expect((await workspace.profiles()).body.data).toMatchObject([{ id: before.id, status: 'active' }]);
    expect((await workspace.call('DELETE', `/api/profiles/${before.id}`)).body).toEqual({ success: true });
    expect(await opened.openAccount(workspace.id, before.id)).toBeNull();
    expect(await workspace.connect(account)).toBe(back);
    expect((await workspace.profiles()).body.data).toMatchObject([{ id: before.id, status: 'active' }]);
    expect((await workspace.events()).map(({ type }) => type)).toEqual(['connected', 'disconnected', 'connected', 'disconnected', 'connected'].map((name) => `profile.${name}`));
  });

  it('refuses an account that another group or workspace has, until it is let go there', async () => {
    const [workspace, stranger, account] = [await fixture.workspace(), await fixture.workspace(), await fixture.account()];
    await workspace.connect(account);
    expect(await workspace.connect(account, { groupId: await workspace.newGroup() })).toBe(failed('account_is_already_connected'));
    expect(await stranger.connect(account)).toBe(failed('account_is_already_connected'));
    const { body: { data: [profile] } } = await workspace.profiles();
    await workspace.call('DELETE', `/api/profiles/${profile?.id ?? ''}`);
    expect(await stranger.connect(account)).toBe(back);
  });

  it('keeps one profile per network in a group, also when two connect at once', async () => {
    const workspace = await fixture.workspace();
    const [first, second] = [await fixture.account(), await fixture.account()];
    const returns = await Promise.all([workspace.connect(first), workspace.connect(second)]);
    expect(returns.sort()).toEqual([back, failed('update_failed')]);
    expect((await workspace.profiles()).body.data).toHaveLength(1);
  });

  it('comes back with update_failed when the group was deleted meanwhile', async () => {
    const [workspace, account] = [await fixture.workspace(), await fixture.account()];
    const groupId = await workspace.newGroup();
    await fixture.sandbox.fault({ path: '/access_token' }, { kind: 'delay', ms: 700 });
    const returning = workspace.connect(account, { groupId, redirectUrl: back });
    await expect.poll(() => fixture.database.connectionAttempt.count({ where: { profileGroupId: groupId, usedAt: { not: null } } }), { timeout: 10_000 }).toBe(1);
    expect((await workspace.call('DELETE', `/api/profile_groups/${groupId}`)).status).toBe(200);
    expect(await returning).toBe(failed('update_failed'));
    expect(await fixture.database.profile.count({ where: { workspaceId: workspace.id } })).toBe(0);
  });

  it.each<[string, object, number, string]>([
    ['no redirect_url', { platform: 'instagram' }, 400, 'Missing redirect_url'],
    ['no platform', { redirect_url: back }, 400, 'Missing platform'],
    ['an unknown platform', { platform: 'myspace', redirect_url: back }, 422, 'Unknown platform: myspace. Known: instagram'],
    ['an address elsewhere', { network: 'instagram', redirect_url: 'https://evil.test/' }, 422, 'The redirect_url is not allowed'],
  ])('refuses %s', async (_, body, status, error) => {
    const workspace = await fixture.workspace();
    expect(await workspace.call('POST', `/api/profile_groups/${workspace.groupId}/initialize_connection`, body)).toMatchObject({ status, body: { error } });
  });

  it('refuses a group that has an account already, and one that is not the key\'s', async () => {
    const [workspace, stranger] = [await fixture.workspace(), await fixture.workspace()];
    await workspace.connect(await fixture.account());
    const ask = (key: string): ReturnType<typeof workspace.call> =>
      workspace.call('POST', `/api/profile_groups/${workspace.groupId}/initialize_connection`, { platform: 'instagram', redirect_url: back }, key);
    expect(await ask(workspace.key)).toMatchObject({ status: 409, body: { error: 'Platform already connected' } });
    expect(await ask(stranger.key)).toMatchObject({ status: 404 });
    expect(await ask(await fixture.key(workspace.id, await workspace.newGroup()))).toMatchObject({ status: 404 });
  });
});
