import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Module } from '@nestjs/common';
import { days, hours, minutes } from '#kernel/clock';
import type { SandboxAccount } from '#testing/sandbox-api';
import { AccountsFixture, type TestWorkspace } from './accounts.fixture.js';
import { AccountsModule } from './accounts.module.js';
import { AccountsWorkerModule } from './accounts-worker.module.js';
import { ProfileService } from './profile.service.js';
import { TokenRefreshRepository } from './token-refresh.repository.js';
import { TokenRefreshService } from './token-refresh.service.js';

/** Without the planner, so that a test says when it is time. */
@Module({ imports: [AccountsModule], providers: [TokenRefreshRepository, TokenRefreshService] })
class RefreshModule {}

describe('renewing tokens', () => {
  let fixture: AccountsFixture;
  let service: TokenRefreshService;
  let other: TokenRefreshService;
  let profiles: ProfileService;

  beforeAll(async () => {
    fixture = await AccountsFixture.start();
    const process = await fixture.process(RefreshModule);
    [service, profiles] = [process.get(TokenRefreshService), process.get(ProfileService)];
    other = (await fixture.process(RefreshModule)).get(TokenRefreshService);
  });
  afterAll(() => fixture.stop());
  beforeEach(() => fixture.database.profile.updateMany({ data: { status: 'inactive' } }));

  interface Connected {
    readonly workspace: TestWorkspace;
    readonly userId: string;
    readonly id: string;
    readonly account: SandboxAccount;
    token(): Promise<string>;
    calls(): Promise<number>;
  }

  async function connected(): Promise<Connected> {
    const [workspace, account] = [await fixture.workspace(), await fixture.account()];
    await workspace.connect(account);
    const { id } = await fixture.database.profile.findFirstOrThrow({ where: { workspaceId: workspace.id } });
    return {
      workspace, id, account, userId: account.user_id,
      token: async () => (await profiles.openAccount(workspace.id, id))?.accessToken ?? '',
      calls: async () => (await fixture.sandbox.ledger(account.user_id)).calls['GET /refresh_access_token'] ?? 0,
    };
  }

  const expiresIn = async ({ workspace }: Connected): Promise<number> => {
    const { body: { data: [profile] } } = await workspace.profiles();
    return (new Date(profile?.expires_at ?? 0).getTime() - fixture.clock.now().getTime()) / days(1);
  };

  it('waits until a token runs out within fifteen days, then replaces it by one that works for sixty', async () => {
    const profile = await connected();
    const first = await profile.token();
    await fixture.advance(days(44));
    expect(await service.refreshNext()).toBeNull();
    await fixture.advance(days(2));
    expect(await service.refreshNext()).toBe('renewed');
    expect(await service.refreshNext()).toBeNull();
    const second = await profile.token();
    expect(second).not.toBe(first);
    expect(await expiresIn(profile)).toBeGreaterThan(59);
    await fixture.advance(days(20));
    const me = await fetch(`${fixture.sandbox.url}/me?fields=user_id&access_token=${second}`);
    expect(await me.json()).toMatchObject({ user_id: profile.userId });
  });

  it('leaves a token alone that is younger than a day, whatever it says of its end', async () => {
    const profile = await connected();
    await fixture.database.profile.updateMany({ where: { id: profile.id }, data: { tokenExpiresAt: fixture.clock.now() } });
    await fixture.advance(hours(23));
    expect(await service.refreshNext()).toBeNull();
    await fixture.advance(hours(2));
    expect(await service.refreshNext()).toBe('renewed');
  });

  it('is done once when two processes look at the same time, and again when one of them died', async () => {
    const profile = await connected();
    await fixture.advance(days(50));
    await fixture.sandbox.fault({ path: '/refresh_access_token' }, { kind: 'delay', ms: 300 });
    const outcomes = await Promise.all([service.refreshNext(), other.refreshNext(), service.refreshNext(), other.refreshNext()]);
    expect(outcomes.filter((outcome) => outcome !== null)).toEqual(['renewed']);
    expect(await profile.calls()).toBe(1);
    const now = fixture.clock.now();
    await fixture.database.profile.updateMany({ where: { id: profile.id }, data: { tokenExpiresAt: now, tokenIssuedAt: null, refreshLease: 'dead', refreshLeasedUntil: new Date(now.getTime() + 60_000) } });
    expect(await service.refreshNext()).toBeNull();
    await fixture.advance(days(2));
    expect(await service.refreshNext()).toBe('renewed');
  });

  it('keeps the old token through failures that pass, and tries again hours later', async () => {
    const profile = await connected();
    await fixture.advance(days(50));
    const before = await profile.token();
    for (const fault of [{ kind: 'http', status: 502 }, { kind: 'reset' }] as const) {
      await fixture.sandbox.fault({ path: '/refresh_access_token' }, fault);
      expect(await service.refreshNext()).toBe('postponed');
      expect(await service.refreshNext()).toBeNull();
      expect(await profile.token()).toBe(before);
      await fixture.advance(hours(7));
    }
    expect(await service.refreshNext()).toBe('renewed');
  });

  it('marks a profile expired, once and with its event, when the network refuses its token', async () => {
    const profile = await connected();
    await fixture.advance(days(50));
    await fixture.sandbox.revoke(profile.userId);
    expect(await service.refreshNext()).toBe('expired');
    expect(await service.refreshNext()).toBeNull();
    expect((await profile.workspace.profiles()).body.data).toMatchObject([{ status: 'expired' }]);
    const [, disconnected] = await profile.workspace.events();
    expect(disconnected).toMatchObject({ type: 'profile.disconnected', data: { id: profile.id, status: 'expired', uid: profile.userId } });
  });

  it('lapses a profile whose stored token came from another row or workspace, and opens it for nobody', async () => {
    const [profile, stranger] = [await connected(), await connected()];
    const row = await fixture.database.profile.findFirstOrThrow({ where: { id: stranger.id } });
    await fixture.database.profile.updateMany({ where: { id: profile.id }, data: { accessToken: row.accessToken } });
    await expect(profiles.openAccount(profile.workspace.id, profile.id)).rejects.toMatchObject({ code: 'token_unreadable', details: { reason: 'not_authentic' } });
    expect(await profile.workspace.call('GET', `/api/profiles/${profile.id}/publishing_limit`)).toMatchObject({ status: 409, body: { code: 'token_unreadable' } });
    expect(await profile.workspace.call('GET', `/api/profiles/${profile.id}/health`)).toMatchObject({ status: 200, body: { problems: [{ code: 'token_unreadable' }] } });
    await fixture.database.profile.updateMany({ where: { id: stranger.id }, data: { status: 'inactive' } });
    await fixture.advance(days(50));
    expect(await service.refreshNext()).toBe('expired');
    expect(await service.refreshNext()).toBeNull();
    expect((await profile.workspace.profiles()).body.data).toMatchObject([{ status: 'expired' }]);
  });

  it('tries again later when the key of a token is missing here', async () => {
    const profile = await connected();
    const { accessToken } = await fixture.database.profile.findFirstOrThrow({ where: { id: profile.id } });
    await fixture.database.profile.updateMany({ where: { id: profile.id }, data: { accessToken: accessToken.replace('v1.k1.', 'v1.k9.') } });
    await fixture.advance(days(50));
    expect(await service.refreshNext()).toBe('postponed');
    expect(await profile.workspace.call('GET', `/api/profiles/${profile.id}/health`)).toMatchObject({ body: { problems: [{ code: 'token_unreadable', remedy: expect.stringContaining('heliograph doctor') as string }] } });
    await fixture.database.profile.updateMany({ where: { id: profile.id }, data: { accessToken } });
    await fixture.advance(hours(7));
    expect(await service.refreshNext()).toBe('renewed');
  });

  it('does not overwrite the token of a person who connects anew meanwhile', async () => {
    const profile = await connected();
    await fixture.advance(days(50));
    await fixture.sandbox.fault({ path: '/refresh_access_token' }, { kind: 'delay', ms: 400 });
    const renewing = service.refreshNext();
    await expect.poll(async () => (await fixture.database.profile.findFirstOrThrow({ where: { id: profile.id } })).refreshLease).not.toBeNull();
    await fixture.database.profile.updateMany({ where: { id: profile.id }, data: { refreshLease: null, refreshLeasedUntil: null } });
    const before = await profile.token();
    expect(await renewing).toBe('superseded');
    expect(await profile.token()).toBe(before);
  });

  const warnings = async ({ workspace }: Connected): Promise<unknown[]> => (await workspace.events()).filter(({ type }) => type === 'token.expiring').map(({ data }) => data['days_left']);

  it('warns of a token that cannot be renewed at 14, 7, 3 and 1 days, each once, and of its successor anew', async () => {
    const profile = await connected();
    await fixture.advance(days(50));
    expect(await service.refreshNext()).toBe('renewed');
    expect(await service.warnNext()).toBeNull();
    await fixture.database.profile.updateMany({ where: { id: profile.id }, data: { refreshAfter: new Date('2099-01-01') } });
    await fixture.advance(days(45.5));
    expect(await service.next()).toBeNull();
    for (const [pause, notice] of [[1, 14], [7, 7], [4, 3], [2, 1]] as const) {
      await fixture.advance(days(pause));
      expect((await Promise.all([service.warnNext(), other.warnNext()])).filter((told) => told !== null)).toEqual([notice]);
      expect(await service.warnNext()).toBeNull();
    }
    expect(await warnings(profile)).toEqual([13, 6, 2, 0]);
    expect((await profile.workspace.events()).at(-1)?.data).toMatchObject({ id: profile.id, platform: 'instagram', status: 'active', expires_at: expect.any(String) as string });
    await fixture.database.profile.updateMany({ where: { id: profile.id }, data: { refreshAfter: null } });
    expect(await service.refreshNext()).toBe('renewed');
    expect(await fixture.database.profile.findFirstOrThrow({ where: { id: profile.id } })).toMatchObject({ expiryNotice: null });
  });

  it('tells an account at a checkpoint from a dead token, with its remedy', async () => {
    const profile = await connected();
    await fixture.advance(days(50));
    await fixture.sandbox.settings(profile.userId, { checkpointed: true });
    expect(await service.refreshNext()).toBe('expired');
    expect((await profile.workspace.profiles()).body.data).toMatchObject([{ status: 'inactive', status_reason: 'account_blocked' }]);
    expect((await profile.workspace.events()).at(-1)).toMatchObject({ type: 'profile.disconnected', data: { status: 'inactive', status_reason: 'account_blocked' } });
    expect(await profile.workspace.call('GET', `/api/profiles/${profile.id}/health`)).toMatchObject({ body: { problems: [{ code: 'account_blocked', remedy: expect.stringContaining('Log in') as string }] } });
  });

  it('loses a profile once, however many calls are refused at the same time, and holds its posts; a connection made after the call is not lost', async () => {
    const profile = await connected();
    const { workspaceId, id } = { workspaceId: profile.workspace.id, id: profile.id };
    const now = fixture.clock.now();
    expect(await profiles.markDisconnected(workspaceId, id, new Date(now.getTime() - hours(1)))).toBe(false);
    await fixture.database.post.create({ data: { workspaceId, id: `post_${id}`, profileGroupId: profile.workspace.groupId, body: 'x', status: 'scheduled', source: 'heliograph', createdAt: now, updatedAt: now } });
    const target = { workspaceId, postId: `post_${id}`, profileId: id, network: 'instagram', params: {}, createdAt: now, updatedAt: now };
    await fixture.database.platformPost.create({ data: { ...target, id: `pp_${id}`, publishAt: new Date(now.getTime() + hours(5)), dueAt: new Date(now.getTime() + hours(5)) } });
    const lost = await Promise.all(Array.from({ length: 8 }, () => profiles.markDisconnected(workspaceId, id)));
    expect(lost.filter(Boolean)).toHaveLength(1);
    const read = () => fixture.database.platformPost.findFirstOrThrow({ where: { id: `pp_${id}` } });
    expect(await read()).toMatchObject({ hold: 'profile_disconnected', dueAt: null });
    expect((await profile.workspace.events()).map(({ type }) => type)).toEqual(['profile.connected', 'profile.disconnected', 'platform_post.held']);
    await fixture.advance(1000);
    await profile.workspace.connect(profile.account);
    const released = await read();
    expect(released).toMatchObject({ hold: null, heldAt: null });
    expect(released.dueAt?.getTime()).toBe((released.publishAt?.getTime() ?? 0) - minutes(5));
    expect((await profile.workspace.events()).at(-1)?.type).toBe('platform_post.released');
  });

  it('is begun by the worker itself', async () => {
    const profile = await connected();
    await fixture.advance(days(50));
    await fixture.process(AccountsWorkerModule);
    await expect.poll(() => expiresIn(profile), { timeout: 10_000 }).toBeGreaterThan(59);
  });
});
