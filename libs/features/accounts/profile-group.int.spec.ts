import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#kernel/ids';
import { AccountsFixture, type TestWorkspace } from './accounts.fixture.js';

describe('profile groups', () => {
  let fixture: AccountsFixture;
  beforeAll(async () => (fixture = await AccountsFixture.start()));
  afterAll(() => fixture.stop());

  /** A post with one target in the group, as publishing would leave it. */
  async function post(workspace: TestWorkspace, profileId: string, status: 'draft' | 'scheduled' | 'processed', dueAt: Date | null): Promise<void> {
    const [now, id] = [fixture.clock.now(), newId('post')];
    const tenant = { workspaceId: workspace.id, createdAt: now, updatedAt: now };
    await fixture.database.post.create({ data: { ...tenant, id, profileGroupId: workspace.groupId, body: '', status, source: 'api' } });
    await fixture.database.platformPost.create({ data: { ...tenant, id: newId('platformPost'), postId: id, profileId, network: 'instagram', params: {}, dueAt } });
  }

  it.each([[{ profile_group: { name: 'Meadow' } }], [{ name: ' Meadow ' }]])('are made from %j', async (body) => {
    const workspace = await fixture.workspace();
    const made = await workspace.call<{ id: string }>('POST', '/api/profile_groups', body);
    expect(made).toMatchObject({ status: 201, body: { name: 'Meadow', profiles_count: 0 } });
    expect(await workspace.call('GET', `/api/profile_groups/${made.body.id}`)).toEqual({ status: 200, body: made.body });
  });

  it.each<[object, number]>([[{}, 400], [{ name: '  ' }, 400], [{ profile_group: {} }, 400], [{ name: 'x'.repeat(201) }, 422], [{ name: 7 }, 422], [{ title: 'x' }, 422]])('are not made from %j', async (body, status) => {
    expect((await (await fixture.workspace()).call('POST', '/api/profile_groups', body)).status).toBe(status);
  });

  it('are neither made nor deleted with a key of one group', async () => {
    const workspace = await fixture.workspace();
    const key = await fixture.key(workspace.id, workspace.groupId);
    const refusal = { status: 422, body: { error: 'Your API key has no such permission', code: 'key_limited_to_group' } };
    expect(await workspace.call('POST', '/api/profile_groups', { name: 'x' }, key)).toMatchObject(refusal);
    expect(await workspace.call('DELETE', `/api/profile_groups/${workspace.groupId}`, undefined, key)).toMatchObject(refusal);
  });

  it('are deleted with profiles, posts and keys, but not while a post is to go out, nor the last one', async () => {
    const [workspace, stranger] = [await fixture.workspace(), await fixture.workspace()];
    await workspace.connect(await fixture.account());
    const { body: { data: [profile] } } = await workspace.profiles();
    await post(workspace, profile?.id ?? '', 'processed', null);
    await post(workspace, profile?.id ?? '', 'draft', null);
    const key = await fixture.key(workspace.id, workspace.groupId);
    const remove = (by = workspace): ReturnType<typeof workspace.call> => by.call('DELETE', `/api/profile_groups/${workspace.groupId}`);
    expect(await remove(stranger)).toMatchObject({ status: 404 });
    expect(await remove()).toMatchObject({ status: 409 });
    const other = await workspace.newGroup();
    await post(workspace, profile?.id ?? '', 'scheduled', fixture.clock.now());
    expect(await remove()).toMatchObject({ status: 409, body: { code: 'state_conflict' } });
    expect(await workspace.call('DELETE', `/api/profiles/${profile?.id ?? ''}`)).toMatchObject({ status: 409 });
    await fixture.database.post.deleteMany({ where: { workspaceId: workspace.id, status: 'scheduled' } });
    expect(await remove()).toEqual({ status: 200, body: { deleted: true } });
    expect(await remove()).toMatchObject({ status: 404 });
    expect(await workspace.call('GET', '/api/profile_groups', undefined, key)).toMatchObject({ status: 401 });
    expect(await workspace.call('GET', '/api/profile_groups')).toMatchObject({ body: { data: [{ id: other }] } });
  });

  it('lose a profile that is deleted: no token is kept, and nobody else can do it', async () => {
    const [workspace, stranger] = [await fixture.workspace(), await fixture.workspace()];
    await workspace.connect(await fixture.account());
    const { body: { data: [profile] } } = await workspace.profiles();
    const path = `/api/profiles/${profile?.id ?? ''}`;
    expect(await stranger.call('DELETE', path)).toMatchObject({ status: 404 });
    expect(await workspace.call('DELETE', path)).toEqual({ status: 200, body: { success: true } });
    expect([await workspace.call('DELETE', path), await workspace.call('GET', path)]).toMatchObject([{ status: 404 }, { status: 404 }]);
    expect((await workspace.profiles()).body.data).toEqual([]);
    expect(await workspace.call('GET', '/api/profile_groups')).toMatchObject({ body: { data: [{ profiles_count: 0 }] } });
    expect(await fixture.database.profile.findFirst({ where: { workspaceId: workspace.id } })).toMatchObject({ status: 'inactive', accessToken: '' });
  });
});
