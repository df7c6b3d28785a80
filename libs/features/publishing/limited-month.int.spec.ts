import { Global, Module, type INestApplicationContext } from '@nestjs/common';
import { ModulesContainer, NestFactory } from '@nestjs/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AccountsApiModule, AccountsWorkerModule, ProfileService } from '#features/accounts/index';
import { readSettings } from '#infra/config/settings';
import { createLogger } from '#infra/logging/logger';
import { processModules } from '#infra/process/process.modules';
import { QueueModule } from '#infra/queue/queue.module';
import { after, Clock, days, hours, minutes } from '#kernel/clock';
import { NetworkError, type NetworkErrorClass, type NetworkErrorFacts } from '#networks/port/network-error';
import { NetworkRegistry } from '#networks/port/network-registry';
import type { PublishCapability } from '#networks/port/social-network';
import { CalmNetwork } from './calm-network.fixture.js';
import { PublishLeaseRepository } from './publish-lease.repository.js';
import { PublishPlanner } from './publish-planner.js';
import { publishPostJob } from './publish-post.job.js';
import { PublishRunner } from './publish.runner.js';
import { PublishingFixture } from './publishing.fixture.js';
import { PublishingWorkerModule } from './publishing-worker.module.js';

const start = new Date('2027-10-18T00:00:00Z');
const end = after(start, days(30));
/** The token of the account runs out, and nobody can renew it; the person comes back two days later. */
const tokenDies = after(start, days(18));
const comesBack = after(start, days(20));
const aDay = 4;

class Calendar extends Clock {
  private moment = start;

  override now(): Date {
    return this.moment;
  }

  moveTo(moment: Date): void {
    if (moment > this.moment) this.moment = moment;
  }
}

const calendar = new Calendar();

function refusal(errorClass: NetworkErrorClass, message: string, facts: Partial<NetworkErrorFacts> = {}): NetworkError {
  return new NetworkError(errorClass, { code: 1, subcode: null, httpStatus: 400, traceId: null, remedy: null, message, ...facts });
}

const calm = new CalmNetwork(() => calendar);

/** Publishes four posts of an account in any 24 hours, one of them made elsewhere now and then, and knows tokens until they run out. */
class StrictNetwork extends CalmNetwork {
  readonly refusedForQuota: Date[] = [];
  elsewhere: Date[] = [];
  token = { text: 'token', diesAt: tokenDies };
  override readonly accounts = { identify: () => Promise.reject(new Error('Nobody asks')), publishingLimit: () => Promise.resolve({ used: this.used(), total: aDay, windowSeconds: 86_400 }) } as never;
  override readonly connection = { permissions: [], authorizeUrl: () => null, redeem: () => Promise.reject(new Error('Nobody asks')), refresh: () => Promise.reject(refusal('retry_later', 'Not now')), refreshableAfter: 0, readSignedRequest: () => null } as never;
  override readonly published = calm.published;
  override readonly publishing: PublishCapability = {
    ...calm.publishing,
    createContainer: (account, request, children) => this.letIn(account.accessToken).then(() => calm.publishing.createContainer(account, request, children)),
    publishContainer: async (account, id) => {
      await this.letIn(account.accessToken);
      if (this.used() >= aDay) {
        this.refusedForQuota.push(calendar.now());
        throw refusal('rate_limited', 'Too many posts', { isPostLimit: true });
      }
      return calm.publishing.publishContainer(account, id);
    },
  };

  /** Of the last 24 hours. */
  private used(): number {
    const since = after(calendar.now(), -days(1));
    return [...this.published.map(({ at }) => at), ...this.elsewhere].filter((at) => at > since && at <= calendar.now()).length;
  }

  private letIn(accessToken: string): Promise<void> {
    const isGood = accessToken === this.token.text && calendar.now() < this.token.diesAt;
    return isGood ? Promise.resolve() : Promise.reject(refusal('needs_reauth', 'The session has expired'));
  }
}

const network = new StrictNetwork(() => calendar);

@Global()
@Module({ providers: [{ provide: NetworkRegistry, useValue: new NetworkRegistry([network]) }], exports: [NetworkRegistry] })
class Networks {}

let [fixture, app]: [PublishingFixture, INestApplicationContext] = [] as never;
beforeAll(async () => {
  fixture = await PublishingFixture.create();
  const { databaseUrl } = fixture;
  const environment = { DATABASE_URL: databaseUrl, ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}`, PUBLISH_SPACING_SECONDS: '0', OVERDUE_POLICY: 'publish_late', OVERDUE_AFTER_MINUTES: String(3 * 24 * 60) };
  const settings = { ...readSettings(environment), databaseUrl };
  @Module({ imports: [...processModules(settings, createLogger({ name: 'test', level: 'silent' }), { isWalled: false }), QueueModule.forWorker([publishPostJob]), Networks, AccountsApiModule, AccountsWorkerModule, PublishingWorkerModule] })
  class Worker {}
  app = await NestFactory.createApplicationContext(Worker, { logger: false });
  // The test is every planner: it goes from one due moment to the next.
  await app.get(PublishPlanner, { strict: false }).onModuleDestroy();
  for (const name of ['TokenRefreshPlanner', 'SubscriptionPlanner']) await another<PublishPlanner>(name).onModuleDestroy();
  app.get(Clock, { strict: false }).now = () => calendar.now();
  await fixture.database.profile.updateMany({ data: { tokenExpiresAt: tokenDies, tokenIssuedAt: after(start, -days(42)) } });
}, 60_000);
afterAll(async () => {
  await app?.close();
  await fixture?.drop();
});

/** A part of the accounts feature, which is nobody's to import. */
function another<T>(name: string): T {
  for (const { providers } of app.get(ModulesContainer).values()) {
    for (const [token, { instance }] of providers) if (typeof token === 'function' && token.name === name) return instance as T;
  }
  throw new Error(`There is no ${name}`);
}

async function publishDue(): Promise<void> {
  const [leases, runner] = [app.get(PublishLeaseRepository, { strict: false }), app.get(PublishRunner, { strict: false })];
  for (let rounds = 0; rounds < 100; rounds += 1) {
    const due = await leases.claimDue(calendar.now());
    if (due.length === 0) return;
    for (const { workspaceId, id } of due) await runner.run(workspaceId, id, new AbortController().signal);
  }
  throw new Error('Something is due for ever');
}

/** The person agrees once more: a new token for the same account. */
async function reconnect(): Promise<void> {
  network.token = { text: 'a new token', diesAt: after(calendar.now(), days(60)) };
  const profile = await fixture.database.profile.findFirstOrThrow();
  const identity = { accountId: profile.remoteId, appScopedId: profile.appScopedId, username: profile.username, name: profile.name, avatarUrl: null };
  const outcome = await another<{ store(workspaceId: string, input: object, now: Date): Promise<string> }>('ConnectionReturnRepository').store(profile.workspaceId, {
    profileGroupId: profile.profileGroupId, network: 'instagram', lead: minutes(5), account: { identity, token: { accessToken: network.token.text, expiresAt: network.token.diesAt }, permissions: [] },
    seal: (id: string) => app.get(ProfileService, { strict: false }).sealToken(profile.workspaceId, id, network.token.text),
  }, calendar.now());
  expect(outcome).toBe('stored');
}

/** Three posts a day, and six on every fifth: more than a day takes. */
async function writeDay(day: number): Promise<number> {
  const posts = day % 5 === 4 ? 6 : 3;
  for (let each = 0; each < posts; each += 1) await fixture.post(`day ${day}.${each}`, after(calendar.now(), hours(2) + minutes(50) * each));
  if (day % 5 === 1) network.elsewhere.push(after(calendar.now(), hours(1)));
  return posts;
}

it('thirty days with a daily quota and a token that runs out: everything is published once, no earlier than its time, and every delay has its reason', async () => {
  let written = 0;
  let isBack = false;
  for (let hour = 0, day = 0; hour < 30 * 24; hour += 1) {
    const beginning = after(start, hours(hour));
    for (let rounds = 0; ; rounds += 1) {
      const { _min: { dueAt } } = await fixture.database.platformPost.aggregate({ _min: { dueAt: true } });
      if (!dueAt || dueAt >= beginning || rounds > 200) break;
      calendar.moveTo(dueAt);
      await publishDue();
    }
    calendar.moveTo(beginning);
    if (hour % 24 === 0 && day < 24) written += await writeDay(day++);
    if (!isBack && beginning >= comesBack) {
      await reconnect();
      isBack = true;
    }
    for (let tries = 0; tries < 20 && (await another<{ next(): Promise<unknown> }>('TokenRefreshService').next()) !== null; tries += 1);
  }
  calendar.moveTo(end);
  const rows = await fixture.database.platformPost.findMany({ include: { post: true } });
  expect([rows.length, network.published.length, new Set(network.published.map(({ body }) => body)).size]).toEqual([written, written, written]);
  expect(new Set(rows.map(({ status }) => status))).toEqual(new Set(['published']));

  const events = await fixture.database.event.findMany({ orderBy: { createdAt: 'asc' } });
  const told = (type: string, postId: string): boolean => events.some((event) => event.type === type && event.postId === postId);
  const publishedAt = new Map(network.published.map(({ body, at }) => [body, at]));
  let delayed = 0;
  for (const { postId, post } of rows) {
    const late = (publishedAt.get(post.body)?.getTime() ?? 0) - (post.scheduledAt?.getTime() ?? 0);
    expect(late, post.body).toBeGreaterThanOrEqual(0);
    if (late <= 1_000) continue;
    delayed += 1;
    expect([told('platform_post.deferred', postId), told('platform_post.held', postId)], `${post.body} came ${late} ms late`).toContain(true);
  }
  expect(delayed).toBeGreaterThan(8);

  // Never more than the network allows in any 24 hours; it had to say no at most where somebody had posted elsewhere.
  for (const { at } of network.published) {
    const before = network.published.filter((other) => other.at <= at && other.at > after(at, -days(1))).length;
    expect(before).toBeLessThanOrEqual(aDay);
  }
  expect(network.refusedForQuota.length).toBeLessThanOrEqual(network.elsewhere.length);

  const notices = events.filter(({ type }) => type === 'token.expiring').map(({ createdAt }) => Math.ceil((tokenDies.getTime() - createdAt.getTime()) / days(1)));
  expect(notices).toEqual([14, 7, 3, 1]);
  const [lost] = events.filter(({ type }) => type === 'profile.disconnected');
  expect(events.filter(({ type }) => type === 'profile.disconnected')).toHaveLength(1);
  expect(lost && lost.createdAt >= tokenDies && lost.createdAt < after(tokenDies, days(1))).toBe(true);
  expect(network.published.some(({ at }) => at >= tokenDies && at < comesBack)).toBe(false);
  expect(events.filter(({ type }) => type === 'profile.connected').map(({ createdAt }) => createdAt)).toEqual([comesBack]);
}, 240_000);
