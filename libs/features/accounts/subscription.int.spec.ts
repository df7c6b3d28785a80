import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Module } from '@nestjs/common';
import { hours, minutes } from '#kernel/clock';
import { AccountsFixture, type TestWorkspace } from './accounts.fixture.js';
import { AccountsModule } from './accounts.module.js';
import { AccountsWorkerModule } from './accounts-worker.module.js';
import { SubscriptionRepository } from './subscription.repository.js';
import { SubscriptionService } from './subscription.service.js';

/** Without the planner, so that a test says when it is time. */
@Module({ imports: [AccountsModule], providers: [SubscriptionRepository, SubscriptionService] })
class SubscriptionModule {}

interface Health {
  readonly status: string;
  readonly webhooks: { readonly state: string; readonly fields: readonly string[]; readonly subscribed_at: string | null; readonly error: string | null };
  readonly problems: readonly { readonly code: string; readonly cause: string }[];
}

const path = '/*/subscribed_apps';
const comments = ['comments', 'live_comments'];
const messages = ['messages', 'message_edit', 'message_echoes', 'message_reactions', 'messaging_postbacks', 'messaging_optins', 'messaging_referral', 'messaging_seen'];
const basic = ['instagram_business_basic', 'instagram_business_content_publish'];

describe('subscribing to the events of an account', () => {
  let fixture: AccountsFixture;
  let service: SubscriptionService;
  let other: SubscriptionService;

  beforeAll(async () => {
    fixture = await AccountsFixture.start();
    service = (await fixture.process(SubscriptionModule)).get(SubscriptionService);
    other = (await fixture.process(SubscriptionModule)).get(SubscriptionService);
  });
  afterAll(() => fixture.stop());
  beforeEach(async () => {
    await fixture.sandbox.clearFaults();
    await fixture.database.profile.updateMany({ data: { webhookDueAt: null } });
  });

  interface Connected {
    readonly workspace: TestWorkspace;
    readonly userId: string;
    readonly id: string;
    health(): Promise<Health>;
    fields(): Promise<readonly string[]>;
    calls(): Promise<number>;
  }

  async function connected(grants?: readonly string[]): Promise<Connected> {
    const [workspace, account] = [await fixture.workspace(), await fixture.account()];
    await workspace.connect(account, grants && { grants });
    const { id } = await fixture.database.profile.findFirstOrThrow({ where: { workspaceId: workspace.id } });
    return {
      workspace, id, userId: account.user_id,
      health: async () => (await workspace.call<Health>('GET', `/api/profiles/${id}/health`)).body,
      fields: async () => (await fixture.sandbox.subscriptions(account.user_id))[0]?.fields ?? [],
      calls: async () => (await fixture.sandbox.ledger(account.user_id)).calls['POST /subscribed_apps'] ?? 0,
    };
  }

  it('follows a connection, and its health tells', async () => {
    const profile = await connected();
    expect(await profile.health()).toMatchObject({ webhooks: { state: 'pending', fields: [], subscribed_at: null }, problems: [] });
    expect(await service.subscribeNext()).toBe('subscribed');
    expect(await service.subscribeNext()).toBeNull();
    expect([...(await profile.fields())].sort()).toEqual([...comments, ...messages].sort());
    expect(await profile.health()).toMatchObject({ webhooks: { state: 'subscribed', fields: [...comments, ...messages], error: null }, problems: [] });
  });

  it('asks for what was granted only, and for nothing where that is nothing', async () => {
    const some = await connected([...basic, 'instagram_business_manage_comments']);
    expect(await service.subscribeNext()).toBe('subscribed');
    expect(await some.fields()).toEqual(comments);
    const none = await connected(basic);
    expect(await service.subscribeNext()).toBe('subscribed');
    expect([await none.fields(), await none.calls(), (await none.health()).webhooks.state]).toEqual([[], 0, 'none']);
  });

  it('is done again every day, by one process at a time', async () => {
    const profile = await connected();
    const first = await Promise.all([service.subscribeNext(), other.subscribeNext(), service.subscribeNext()]);
    expect(first.filter((outcome) => outcome !== null)).toEqual(['subscribed']);
    await fixture.advance(hours(23));
    expect(await service.subscribeNext()).toBeNull();
    await fixture.advance(hours(1.5));
    expect(await service.subscribeNext()).toBe('subscribed');
    expect(await profile.calls()).toBe(2);
  });

  it.each<[string, Parameters<AccountsFixture['sandbox']['fault']>[1], number]>([
    ['does not answer', { kind: 'http', status: 503 }, minutes(11)],
    ['cuts the connection', { kind: 'reset' }, minutes(11)],
    ['refuses', { kind: 'error', preset: '100' }, hours(7)],
  ])('keeps the connection when the network %s, says so, and heals later', async (_, fault, pause) => {
    const profile = await connected();
    await fixture.sandbox.fault({ path }, fault);
    expect(await service.subscribeNext()).toBe('postponed');
    expect(await service.subscribeNext()).toBeNull();
    const ill = await profile.health();
    expect(ill).toMatchObject({ status: 'active', webhooks: { state: 'failed', error: expect.any(String) as string }, problems: [{ code: 'webhooks_not_subscribed' }] });
    expect(ill.problems[0]?.cause).toContain(ill.webhooks.error);
    await fixture.advance(pause);
    expect(await service.subscribeNext()).toBe('subscribed');
    expect(await profile.health()).toMatchObject({ webhooks: { state: 'subscribed', error: null }, problems: [] });
  });

  it('lapses the profile when the network refuses its token', async () => {
    const profile = await connected();
    await fixture.sandbox.revoke(profile.userId);
    expect(await service.subscribeNext()).toBe('disconnected');
    expect(await profile.health()).toMatchObject({ status: 'expired', webhooks: { state: 'none' }, problems: [{ code: 'disconnected' }] });
  });

  it('leaves a profile alone that was connected anew while the network was asked', async () => {
    const profile = await connected();
    const repository = (await fixture.process(SubscriptionModule)).get(SubscriptionRepository);
    const now = fixture.clock.now();
    const due = await repository.claim(now);
    await fixture.database.profile.updateMany({ where: { id: profile.id }, data: { webhookDueAt: now } });
    const outcome = { subscribed: { fields: comments, at: now }, error: 'of the former connection', nextAt: new Date(now.getTime() + hours(24)) };
    expect(due && (await repository.settle(due, outcome))).toBe(false);
    expect(await fixture.database.profile.findFirst({ where: { id: profile.id } })).toMatchObject({ webhookDueAt: now, webhookError: null, webhookFields: [] });
    expect(await service.subscribeNext()).toBe('subscribed');
  });

  it('does not take up a profile that has lapsed, due as it may be', async () => {
    const profile = await connected();
    await fixture.database.profile.updateMany({ where: { id: profile.id }, data: { status: 'expired' } });
    expect(await service.subscribeNext()).toBeNull();
  });

  it('ends when the profile is removed, which waits neither for a network that is silent nor for one that fails', async () => {
    const remove = async ({ workspace, id }: Connected): Promise<number> => (await workspace.call('DELETE', `/api/profiles/${id}`)).status;
    const heard = await connected();
    await service.subscribeNext();
    expect(await remove(heard)).toBe(200);
    expect(await heard.fields()).toEqual([]);
    for (const fault of [{ kind: 'hang' }, { kind: 'http', status: 500 }] as const) {
      const profile = await connected();
      await service.subscribeNext();
      await fixture.sandbox.fault({ method: 'DELETE', path }, fault);
      const started = performance.now();
      expect(await remove(profile)).toBe(200);
      expect(performance.now() - started).toBeLessThan(8_000);
      expect(await fixture.database.profile.findFirst({ where: { id: profile.id } })).toMatchObject({ accessToken: '', webhookDueAt: null, webhookFields: [] });
    }
  });

  it('is begun by the worker itself', async () => {
    const profile = await connected();
    await fixture.process(AccountsWorkerModule);
    await expect.poll(() => profile.fields(), { timeout: 15_000 }).toContain('messages');
  });
});
