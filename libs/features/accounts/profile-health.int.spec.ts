import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { after, hours } from '#kernel/clock';
import { newId } from '#kernel/ids';
import { AccountsFixture } from './accounts.fixture.js';

const basic = ['instagram_business_basic', 'instagram_business_content_publish'];

describe('a connected profile', () => {
  let fixture: AccountsFixture;
  beforeAll(async () => (fixture = await AccountsFixture.start()));
  afterAll(() => fixture.stop());

  async function connected(grants?: readonly string[]): Promise<{ path: string; userId: string; workspace: Awaited<ReturnType<AccountsFixture['workspace']>> }> {
    const [workspace, account] = [await fixture.workspace(), await fixture.account()];
    await workspace.connect(account, grants && { grants });
    const { body: { data: [profile] } } = await workspace.profiles();
    return { path: `/api/profiles/${profile?.id ?? ''}`, userId: account.user_id, workspace };
  }

  it('tells that all is well, and what was not granted', async () => {
    const sound = await connected();
    expect((await sound.workspace.call('GET', `${sound.path}/health`)).body).toMatchObject({
      status: 'active', token: { days_left: 59 }, permissions: { missing: [] }, last_success: { publish: null, comments: null, messages: null, insights: null }, last_throttled_at: null, problems: [],
    });
    const partial = await connected(basic);
    expect((await partial.workspace.call('GET', `${partial.path}/health`)).body).toMatchObject({
      permissions: { granted: basic, missing: ['instagram_business_manage_comments', 'instagram_business_manage_messages', 'instagram_business_manage_insights'] },
      problems: [1, 2, 3].map(() => ({ code: 'permission_missing' })),
    });
  });

  it('tells how much may still be published, as its network counts', async () => {
    const { path, userId, workspace } = await connected();
    await fixture.sandbox.settings(userId, { quota_total: 42 });
    expect(await workspace.call('GET', `${path}/publishing_limit`)).toEqual({
      status: 200, body: { quota_usage: 0, quota_total: 42, quota_duration: 86_400, resets_at: null, source: 'network' },
    });
  });

  it('tells when a post of ours leaves the window, and when calls last succeeded', async () => {
    const { path, workspace } = await connected();
    const [now, postId, id] = [fixture.clock.now(), newId('post'), newId('platformPost')];
    const tenant = { workspaceId: workspace.id, createdAt: now, updatedAt: now };
    const publishedAt = after(now, -hours(3));
    await fixture.database.post.create({ data: { ...tenant, id: postId, profileGroupId: workspace.groupId, body: '', status: 'processed', source: 'api' } });
    await fixture.database.platformPost.create({ data: { ...tenant, id, postId, profileId: path.split('/').at(-1) ?? '', network: 'instagram', params: {}, publishedAt } });
    const attempt = { workspaceId: workspace.id, platformPostId: id, requestId: 'r', startedAt: publishedAt };
    await fixture.database.publishAttempt.createMany({ data: [
      { ...attempt, id: newId('publishAttempt'), step: 'publishing', outcome: 'ok', finishedAt: publishedAt },
      { ...attempt, id: newId('publishAttempt'), step: 'publishing', outcome: 'rate_limited', finishedAt: now },
    ] });
    expect((await workspace.call('GET', `${path}/publishing_limit`)).body).toMatchObject({ resets_at: after(publishedAt, hours(24)).toISOString() });
    expect((await workspace.call('GET', `${path}/health`)).body).toMatchObject({
      last_success: { publish: publishedAt.toISOString(), comments: null }, last_throttled_at: now.toISOString(),
    });
  });

  it('answers what the network failed with, and notices a lost connection', async () => {
    const { path, userId, workspace } = await connected();
    await fixture.sandbox.fault({ path: '/*/content_publishing_limit' }, { kind: 'http', status: 500 });
    expect(await workspace.call('GET', `${path}/publishing_limit`)).toMatchObject({ status: 502, body: { code: 'network_failed' } });
    await fixture.sandbox.revoke(userId);
    for (let time = 0; time < 2; time += 1) expect(await workspace.call('GET', `${path}/publishing_limit`)).toMatchObject({ status: 409 });
    expect((await workspace.call('GET', `${path}/health`)).body).toMatchObject({ status: 'expired', problems: [{ code: 'disconnected' }] });
    expect((await workspace.events()).map(({ type }) => type)).toEqual(['profile.connected', 'profile.disconnected']);
  });

  it('is nobody else\'s business', async () => {
    const { path } = await connected();
    const stranger = await fixture.workspace();
    for (const part of ['health', 'publishing_limit']) expect(await stranger.call('GET', `${path}/${part}`)).toMatchObject({ status: 404 });
  });
});
