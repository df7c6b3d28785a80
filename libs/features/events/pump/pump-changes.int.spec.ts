import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#kernel/ids';
import { WebhookRepository } from '../endpoints/webhook.repository.js';
import { PumpFixture } from './pump.fixture.js';
import { WebhookPumpRepository } from './webhook-pump.repository.js';

let fixture: PumpFixture;
let webhooks: WebhookRepository;
beforeAll(async () => {
  fixture = await PumpFixture.create();
  webhooks = new WebhookRepository(fixture.database);
});
afterAll(async () => fixture?.drop());

const run = (id: string): Promise<void> => fixture.handler().handle({ workspaceId: fixture.workspaceId, endpointId: id }, new AbortController().signal);
const pause = (id: string): Promise<void> => webhooks.pause(fixture.workspaceId, id, new Date(), fixture.database);
const resume = async (id: string): Promise<void> => {
  const before = await webhooks.find(fixture.workspaceId, null, id);
  if (before) await webhooks.resume(fixture.workspaceId, before, new Date(), fixture.database);
};
const endpoint = (id: string): Promise<unknown> => fixture.database.webhookEndpoint.findFirst({ where: { id } });
const told = async (id: string): Promise<string[]> => (await fixture.database.event.findMany({ where: { type: { startsWith: 'webhook.' } } })).filter(({ data }) => (data as { id: string }).id === id).map(({ type }) => type);
const healthy = { breaker: 'closed', breakerUntil: null, windowRequests: 0, windowFailures: 0, failingSince: null, alertedPercent: 0, lease: null };

describe('an endpoint that its owner changes while a pump runs', () => {
  it('begins anew, whatever the pump knew; what its calls brought is kept', async () => {
    const receiver = await fixture.receiver((response) => {
      // With the tenth failure the breaker opens.
      void (receiver.arrivals.length === 10 ? pause(id).then(() => resume(id)) : Promise.resolve()).then(() => response.writeHead(500).end());
    });
    const { id } = await fixture.endpoint(receiver.url, { maxConcurrency: 1 });
    await fixture.deliveries(id, 10);
    await run(id);
    expect(receiver.arrivals).toHaveLength(10);
    expect(await fixture.pump(id)).toMatchObject({ ...healthy, epoch: 1, dueAt: expect.any(Date) });
    expect(await endpoint(id)).toMatchObject({ enabled: true, disabledReason: null, disabledAt: null });
    expect((await fixture.attempts(id)).map(({ errorClass }) => errorClass)).toEqual(Array<string>(10).fill('http_5xx'));
    expect(await fixture.database.webhookDelivery.count({ where: { endpointId: id, state: 'pending', attempts: 1 } })).toBe(10);
  });

  it('is called at its new address, and a success at the old one does not speak for it', async () => {
    const after = await fixture.receiver();
    const before = await fixture.receiver((response) => {
      void (before.arrivals.length === 3
        ? webhooks.update(fixture.workspaceId, id, { url: after.url, verifiedAt: null, now: new Date() }, fixture.database).then(() => webhooks.beginAnew(fixture.workspaceId, id, new Date(), fixture.database))
        : Promise.resolve()).then(() => setTimeout(() => response.end(), 30));
    });
    const { id } = await fixture.endpoint(before.url, { maxConcurrency: 1 });
    await fixture.deliveries(id, 20);
    await run(id);
    // One more may have begun before the outcome was written.
    expect(before.arrivals.length).toBeLessThanOrEqual(4);
    expect(await fixture.states(id)).toEqual({ delivered: before.arrivals.length, pending: 20 - before.arrivals.length });
    expect(await endpoint(id)).toMatchObject({ verifiedAt: null });
    await run(id);
    expect(after.arrivals).toHaveLength(20 - before.arrivals.length);
    expect(await endpoint(id)).toMatchObject({ verifiedAt: expect.any(Date) });
  });

  it.each<[string, (id: string) => Promise<unknown>, object]>([
    ['paused', pause, { enabled: false, disabledReason: 'paused' }],
    ['enabled again', (id) => pause(id).then(() => resume(id)), { enabled: true, disabledReason: null }],
  ])('stays %s when 410 is the answer to a call that was under way, and is not told to be disabled', async (_name, change, expected) => {
    const receiver = await fixture.receiver((response) => void change(id).then(() => response.writeHead(410).end()));
    const { id } = await fixture.endpoint(receiver.url, { maxConcurrency: 1 });
    await fixture.deliveries(id, 3);
    await run(id);
    expect(await endpoint(id)).toMatchObject(expected);
    expect(await told(id)).toEqual([]);
    expect(await fixture.attempts(id)).toMatchObject([{ responseStatus: 410 }]);
    expect(await fixture.states(id)).toEqual({ pending: 3 });
  });

  it('that is deleted is called no more; each call that was made is in the log, and nothing waits', async () => {
    const receiver = await fixture.receiver((response) => {
      void (receiver.arrivals.length === 5 ? webhooks.delete(fixture.workspaceId, id, fixture.database) : Promise.resolve()).then(() => setTimeout(() => response.end(), 30));
    });
    const { id } = await fixture.endpoint(receiver.url, { maxConcurrency: 4 });
    await fixture.deliveries(id, 100);
    await run(id);
    expect(receiver.arrivals.length).toBeLessThanOrEqual(13);
    expect(await fixture.attempts(id)).toHaveLength(receiver.arrivals.length);
    expect((await fixture.states(id))['pending']).toBeUndefined();
  });

  it('is changed without a deadlock while its outcomes are being written', async () => {
    const { id } = await fixture.endpoint((await fixture.receiver((response) => void response.writeHead(410).end())).url, { maxConcurrency: 1 });
    await fixture.deliveries(id, 1);
    const waiting = (): Promise<unknown> => fixture.database.$queryRaw`SELECT count(*)::int AS count FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    let running: Promise<void> = Promise.resolve();
    await fixture.database.$transaction(async (tx) => {
      await webhooks.hold(fixture.workspaceId, null, id, tx);
      running = run(id);
      await expect.poll(waiting).toEqual([{ count: 1 }]);
      await webhooks.beginAnew(fixture.workspaceId, id, new Date(), tx);
    });
    await running;
    expect(await endpoint(id)).toMatchObject({ enabled: true });
    expect(await fixture.pump(id)).toMatchObject(healthy);
    expect(await fixture.attempts(id)).toHaveLength(1);
  });
});

it('a lease is not renewed for what is not wanted any more', async () => {
  const pumps = new WebhookPumpRepository(fixture.database, fixture.cipher);
  for (const [change, isKept] of [[() => Promise.resolve(), true], [pause, false], [(id: string) => pause(id).then(() => resume(id)), false], [(id: string) => webhooks.delete(fixture.workspaceId, id, fixture.database), false]] as const) {
    const { id } = await fixture.endpoint('http://127.0.0.1:1/');
    await fixture.deliveries(id, 1);
    const hold = await pumps.acquire(fixture.workspaceId, id, new Date());
    await change(id);
    expect(hold && (await pumps.renew(hold, new Date()))).toBe(isKept);
    expect(hold && (await pumps.renew({ ...hold, lease: newId('lease') }, new Date()))).toBe(false);
  }
});
