import { Global, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { after, Clock, days, hours } from '#kernel/clock';
import { readSettings } from '#infra/config/settings';
import { createLogger } from '#infra/logging/logger';
import { processModules } from '#infra/process/process.modules';
import { QueueModule } from '#infra/queue/queue.module';
import { UnitOfWork } from '#infra/writes/unit-of-work';
import { NetworkRegistry } from '#networks/port/network-registry';
import { CalmNetwork } from './calm-network.fixture.js';
import { PostChangeRepository } from './post-change.repository.js';
import { PostClock } from './post-clock.js';
import { draftPost } from './post.drafting.js';
import { PostListRepository } from './post-list.repository.js';
import { PostRepository } from './post.repository.js';
import { PostStoringService } from './post-storing.service.js';
import { PublishLeaseRepository } from './publish-lease.repository.js';
import { PublishPlanner } from './publish-planner.js';
import { publishPostJob } from './publish-post.job.js';
import { PublishRunner } from './publish.runner.js';
import { PublishingFixture } from './publishing.fixture.js';
import { PublishingWorkerModule } from './publishing-worker.module.js';
import { PostQueueRepository } from './queues/post-queue.repository.js';
import { QueueArrangementRepository } from './queues/queue-arrangement.repository.js';
import { queuePriorities } from './queues/queue-arrangement.rules.js';
import { QueueArranger } from './queues/queue-arranger.js';
import type { QueueWish } from './queues/queue-wish.rules.js';

const tick = 200;
/** A container is asked about a second after it was made; each of the two rounds begins at a tick. */
const atMost = 1000 + 2 * tick;
/** Clocks in Berlin jump ahead on the 28th. */
const start = new Date('2027-03-14T00:00:00Z');
const [pausedFrom, pausedUntil] = [after(start, days(10)), after(start, days(12))];

/** Time that the test moves. */
class Calendar extends Clock {
  private moment = start;

  override now(): Date {
    return this.moment;
  }

  moveTo(moment: Date): void {
    this.moment = new Date(Math.max(this.moment.getTime(), Math.ceil(moment.getTime() / tick) * tick));
  }
}

const calendar = new Calendar();
const network = new CalmNetwork(() => calendar);

@Global()
@Module({ providers: [{ provide: NetworkRegistry, useValue: new NetworkRegistry([network]) }], exports: [NetworkRegistry] })
class Networks {}

let fixture: PublishingFixture;
let closeWorker: () => Promise<void>;
let leases: PublishLeaseRepository;
let runner: PublishRunner;
let storing: PostStoringService;
let arranger: QueueArranger;
let queueId: string;
beforeAll(async () => {
  fixture = await PublishingFixture.create();
  const { databaseUrl, database } = fixture;
  const settings = { ...readSettings({ DATABASE_URL: databaseUrl, ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}` }), databaseUrl };
  @Module({ imports: [...processModules(settings, createLogger({ name: 'test', level: 'silent' }), { isWalled: false }), QueueModule.forWorker([publishPostJob]), Networks, PublishingWorkerModule] })
  class Worker {}
  const app = await NestFactory.createApplicationContext(Worker, { logger: false });
  closeWorker = () => app.close();
  // The test is the planner: it goes from one due moment to the next.
  await app.get(PublishPlanner, { strict: false }).onModuleDestroy();
  app.get(Clock, { strict: false }).now = () => calendar.now();
  [leases, runner] = [app.get(PublishLeaseRepository, { strict: false }), app.get(PublishRunner, { strict: false })];
  const lists = new PostListRepository(database);
  const queues = new PostQueueRepository(database);
  arranger = new QueueArranger(queues, new QueueArrangementRepository(), new PostClock(calendar, settings));
  storing = new PostStoringService(new PostRepository(), new PostChangeRepository(database, lists), lists, arranger, calendar, app.get(UnitOfWork, { strict: false }));
  const { workspaceId, profileGroupId } = fixture.caller;
  queueId = await queues.create(workspaceId, profileGroupId, { name: 'Daily', description: null, timezone: 'Europe/Berlin', enabled: true, jitter: 15, overduePolicy: null, overdueMinutes: null }, start, database);
  const added = [0, 1, 2, 3, 4, 5, 6].flatMap((day) => ['02:30', '09:00', '12:00', '18:30'].map((time) => ({ day, time })));
  await queues.changeTimeslots(workspaceId, queueId, { removed: [], added }, database);
}, 60_000);
afterAll(async () => {
  await closeWorker?.();
  await fixture?.drop();
});

async function write(body: string, scheduledAt: Date | null, queue: QueueWish | null): Promise<void> {
  const profile = { id: fixture.profileId, network: 'instagram', name: 'brand', username: 'brand', profileGroupId: fixture.caller.profileGroupId, status: 'active' as const };
  const post = draftPost(fixture.caller, { body, scheduledAt, isDraft: false, metadata: null, queue, profiles: [profile], paramsOf: new Map(), media: [] }, calendar.now(), 0);
  await storing.add(post, { workspaceId: post.workspaceId, postId: post.id, targets: [], now: post.createdAt, windowHours: 0 }, () => null);
}

async function setEnabled(enabled: boolean): Promise<void> {
  const { workspaceId, profileGroupId } = fixture.caller;
  await fixture.database.$transaction(async (tx) => {
    await arranger.hold(workspaceId, { profileGroupId, queueIds: [queueId] }, tx);
    await new PostQueueRepository(fixture.database).update(workspaceId, queueId, { enabled }, calendar.now(), tx);
    await arranger.rearrange(workspaceId, queueId, tx);
  });
}

/** What the people of the workspace do on a day: three posts for the queue, two with a time. */
async function workDay(day: number): Promise<void> {
  if (day === 10) await setEnabled(false);
  if (day === 12) await setEnabled(true);
  for (let each = 0; each < 3; each += 1) await write(`queued ${day}.${each}`, null, { id: queueId, priority: queuePriorities[(day + each) % 3] ?? 'medium' });
  for (let each = 0; each < 2; each += 1) await write(`timed ${day}.${each}`, after(calendar.now(), hours(5 + 40 * each)), null);
}

async function publishDue(): Promise<void> {
  for (let rounds = 0; rounds < 100; rounds += 1) {
    const due = await leases.claimDue(calendar.now());
    if (due.length === 0) return;
    for (const { workspaceId, id } of due) await runner.run(workspaceId, id, new AbortController().signal);
  }
  throw new Error('Something is due for ever');
}

async function nextDue(): Promise<Date | null> {
  const { _min: earliest } = await fixture.database.platformPost.aggregate({ _min: { dueAt: true } });
  return earliest.dueAt;
}

it('thirty days of a busy workspace: everything is published once, at its time', async () => {
  for (let day = 0, rounds = 0; rounds < 5000; rounds += 1) {
    const [due, morning] = [await nextDue(), after(start, days(day))];
    if (day < 30 && (due === null || due >= morning)) {
      calendar.moveTo(morning);
      await workDay(day);
      day += 1;
    } else if (due) {
      calendar.moveTo(due);
      await publishDue();
    } else break;
  }
  const posts = await fixture.database.post.findMany({ where: { workspaceId: fixture.caller.workspaceId } });
  const published = new Map(network.published.map(({ body, at }) => [body, at]));
  expect([posts.length, network.published.length, published.size]).toEqual([150, 150, 150]);
  expect(new Set(posts.map((post) => post.status))).toEqual(new Set(['processed']));
  for (const { body, scheduledAt } of posts) {
    const late = (published.get(body)?.getTime() ?? 0) - (scheduledAt?.getTime() ?? 0);
    expect(late, body).toBeGreaterThanOrEqual(0);
    expect(late, body).toBeLessThanOrEqual(atMost);
  }
  const queued = posts.filter((post) => post.queueId === queueId);
  expect(new Set(queued.map((post) => post.queueSlotAt?.getTime())).size).toBe(90);
  for (const { body } of queued) expect((published.get(body) ?? start) >= pausedFrom && (published.get(body) ?? start) < pausedUntil, body).toBe(false);
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Berlin', hour: '2-digit', minute: '2-digit' });
  const wallTimes = new Set(queued.map((post) => clock.format(post.queueSlotAt ?? start)));
  expect([...wallTimes].filter((time) => !['02:30', '09:00', '12:00', '18:30'].includes(time)).every((time) => time === '03:00')).toBe(true);
}, 240_000);
