import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { after, days, hours, minutes, seconds, SystemClock } from '#kernel/clock';
import { PumpFixture } from './pump.fixture.js';
import type { PumpWebhooksHandler } from './pump-webhooks.handler.js';
import { WebhookPumpRepository, type Remaining, type Settlement } from './webhook-pump.repository.js';

let fixture: PumpFixture;
beforeAll(async () => {
  fixture = await PumpFixture.create();
});
afterAll(async () => fixture?.drop());

const running = new AbortController().signal;
const run = (id: string, handler: PumpWebhooksHandler = fixture.handler(), parking = running): Promise<void> => handler.handle({ workspaceId: fixture.workspaceId, endpointId: id }, parking);
const told = async (endpointId: string): Promise<unknown[]> => (await fixture.database.event.findMany({ where: { type: { startsWith: 'webhook.' } }, orderBy: { id: 'asc' } }))
  .filter(({ data }) => (data as { id: string }).id === endpointId).map(({ type, data }) => ({ type, ...(data as object) }));

/** Time that goes on by itself, from another moment. */
class ShiftedClock extends SystemClock {
  constructor(private readonly shift: number) {
    super();
  }
  override now(): Date {
    return after(super.now(), this.shift);
  }
}

/** From the third batch on its worker is dead: what it sent is written by nobody. */
class DyingRepository extends WebhookPumpRepository {
  settled = 0;
  override settle(settlement: Settlement): Promise<Remaining> {
    this.settled += 1;
    return this.settled > 2 ? new Promise(() => undefined) : super.settle(settlement);
  }
}

describe('a receiver that fails', () => {
  it('gets the delivery again as planned, with the same id and the same words, and a success ends the row of failures', async () => {
    let status = 503;
    const receiver = await fixture.receiver((response) => void response.writeHead(status, { 'retry-after': '100', 'set-cookie': 'session=secret; Path=/' }).end('busy\0'));
    const { id } = await fixture.endpoint(receiver.url);
    await fixture.deliveries(id, 1);
    await run(id);
    const [first] = await fixture.attempts(id);
    expect(first).toMatchObject({ success: false, responseStatus: 503, errorClass: 'http_5xx', responseBody: 'busy\uFFFD', attemptNumber: 1, responseHeaders: { 'set-cookie': ['session=…'], 'retry-after': '100' } });
    const pause = (first?.nextAttemptAt?.getTime() ?? 0) - (first?.attemptedAt.getTime() ?? 0);
    expect(pause).toBeGreaterThanOrEqual(seconds(100));
    expect(pause).toBeLessThan(seconds(130));
    expect(await fixture.pump(id)).toMatchObject({ dueAt: first?.nextAttemptAt, lease: null, failingSince: expect.any(Date), windowFailures: 1 });
    status = 200;
    await run(id, fixture.handler({ clock: new ShiftedClock(seconds(101)) }));
    expect(await fixture.states(id)).toEqual({ delivered: 1 });
    expect((await fixture.attempts(id)).map(({ attemptNumber, success }) => [attemptNumber, success])).toEqual([[1, false], [2, true]]);
    const [one, two] = receiver.arrivals;
    expect([two?.body, two?.headers['webhook-id']]).toEqual([one?.body, one?.headers['webhook-id']]);
    expect(await fixture.pump(id)).toMatchObject({ failingSince: null, dueAt: null });
  });

  it('is a dead letter after the tenth attempt', async () => {
    const receiver = await fixture.receiver((response) => void response.writeHead(500).end());
    const { id } = await fixture.endpoint(receiver.url);
    await fixture.deliveries(id, 1, { attempts: 9 });
    await run(id);
    expect(await fixture.states(id)).toEqual({ dead: 1 });
    expect(await fixture.pump(id)).toMatchObject({ dueAt: null });
  });

  it('is disabled at once by 410; what waits stays', async () => {
    const receiver = await fixture.receiver((response) => void response.writeHead(410).end());
    const { id } = await fixture.endpoint(receiver.url, { maxConcurrency: 1 });
    await fixture.deliveries(id, 5);
    await run(id);
    expect(receiver.arrivals).toHaveLength(1);
    expect(await fixture.states(id)).toEqual({ pending: 5 });
    expect(await fixture.database.webhookEndpoint.findFirst({ where: { id } })).toMatchObject({ enabled: false, disabledReason: 'gone', disabledAt: expect.any(Date) });
    expect(await fixture.pump(id)).toMatchObject({ dueAt: null, lease: null });
    expect(await told(id)).toMatchObject([{ type: 'webhook.disabled', reason: 'gone', url: receiver.url }]);
  });

  it('is disabled when nothing has arrived for five days', async () => {
    const receiver = await fixture.receiver((response) => void response.writeHead(500).end());
    const { id } = await fixture.endpoint(receiver.url);
    const failingSince = new Date(Date.now() - days(5));
    await fixture.database.webhookPump.updateMany({ where: { endpointId: id }, data: { failingSince, lastFailureAt: new Date(Date.now() - hours(20)), alertedPercent: 90 } });
    await fixture.deliveries(id, 1);
    await run(id);
    expect(await told(id)).toMatchObject([
      { type: 'webhook.failing', percent: 100, failing_since: failingSince.toISOString(), disables_at: after(failingSince, days(5)).toISOString() },
      { type: 'webhook.disabled', reason: 'failing', failing_since: failingSince.toISOString() },
    ]);
    expect(await fixture.database.webhookEndpoint.findFirst({ where: { id } })).toMatchObject({ enabled: false, disabledReason: 'failing' });
  });

  it('is left alone by the circuit breaker without using up attempts, and tried one call at a time', async () => {
    let [status, underWay, most] = [500, 0, 0];
    const receiver = await fixture.receiver((response) => {
      most = Math.max(most, ++underWay);
      setTimeout(() => {
        underWay -= 1;
        response.writeHead(status).end();
      }, 2);
    });
    const { id } = await fixture.endpoint(receiver.url, { maxConcurrency: 2 });
    await fixture.deliveries(id, 40);
    await run(id);
    const opened = await fixture.pump(id);
    expect(opened).toMatchObject({ breaker: 'open', dueAt: opened.breakerUntil });
    expect(receiver.arrivals.length).toBeLessThanOrEqual(11);
    expect(await fixture.database.webhookDelivery.count({ where: { endpointId: id, attempts: 0, state: 'pending' } })).toBe(40 - receiver.arrivals.length);
    await run(id);
    expect(receiver.arrivals.length).toBeLessThanOrEqual(11);
    [status, most] = [200, 0];
    await fixture.database.webhookPump.updateMany({ where: { endpointId: id }, data: { breakerUntil: new Date(), dueAt: new Date() } });
    await fixture.database.webhookDelivery.deleteMany({ where: { endpointId: id, attempts: 1 } });
    const before = receiver.arrivals.length;
    await fixture.database.webhookEndpoint.updateMany({ where: { id }, data: { maxConcurrency: 50 } });
    await run(id);
    expect(await fixture.states(id)).toEqual({ delivered: 40 - before });
    expect(await fixture.pump(id)).toMatchObject({ breaker: 'closed', breakerUntil: null });
  });
});

describe('an endpoint that hangs', () => {
  it('slows nobody else', async () => {
    const healthy = await Promise.all(Array.from({ length: 20 }, async () => fixture.endpoint((await fixture.receiver()).url)));
    const hanging = await fixture.endpoint((await fixture.receiver(() => undefined)).url);
    for (const { id } of [hanging, ...healthy]) await fixture.deliveries(id, 10);
    const handler = fixture.handler({ limits: { totalMs: 15_000 } });
    const parking = new AbortController();
    let isOver = false;
    const held = run(hanging.id, handler, parking.signal).finally(() => {
      isOver = true;
    });
    await Promise.all(healthy.map(({ id }) => run(id, handler)));
    expect(isOver).toBe(false);
    for (const { id } of healthy) expect(await fixture.states(id)).toEqual({ delivered: 10 });
    parking.abort();
    await held;
    expect(await fixture.states(hanging.id)).toEqual({ pending: 10 });
    expect((await fixture.attempts(hanging.id)).map(({ errorClass }) => errorClass)).toEqual(Array.from({ length: 8 }, () => 'timeout'));
  });
});

describe('the lease', () => {
  it('lets one worker deliver of many that come', async () => {
    const receiver = await fixture.receiver();
    const { id } = await fixture.endpoint(receiver.url);
    await fixture.deliveries(id, 100);
    await Promise.all(Array.from({ length: 6 }, () => run(id)));
    expect(receiver.arrivals).toHaveLength(100);
  });

  it('that is lost lets nothing be settled; what was sent is logged, and sent again by the next', async () => {
    const { id } = await fixture.endpoint((await fixture.receiver((response) => {
      void fixture.database.webhookPump.updateMany({ where: { endpointId: id }, data: { lease: 'lease_other', leasedUntil: new Date() } }).then(() => response.end());
    })).url, { maxConcurrency: 1 });
    await fixture.deliveries(id, 3);
    await run(id);
    expect(await fixture.states(id)).toEqual({ pending: 3 });
    expect((await fixture.attempts(id)).length).toBeGreaterThanOrEqual(1);
    expect(await fixture.pump(id)).toMatchObject({ lease: 'lease_other', lastSuccessAt: null });
  });

  it('of a worker that died runs out, and the next one sends again what nobody wrote down', async () => {
    const receiver = await fixture.receiver();
    const { id } = await fixture.endpoint(receiver.url);
    await fixture.deliveries(id, 300);
    const dying = new DyingRepository(fixture.database, fixture.cipher);
    void run(id, fixture.handler({ repository: dying }));
    await expect.poll(() => dying.settled).toBeGreaterThan(2);
    await run(id);
    expect((await fixture.states(id))['pending']).toBeGreaterThan(0);
    await run(id, fixture.handler({ clock: new ShiftedClock(seconds(31)) }));
    expect(await fixture.states(id)).toEqual({ delivered: 300 });
    expect(new Set(receiver.arrivals.map(({ headers }) => headers['webhook-id'])).size).toBe(300);
    expect((await fixture.attempts(id)).length).toBeLessThan(receiver.arrivals.length);
  });

  it('is let go of when the worker is asked to stop, after the calls under way', async () => {
    const parking = new AbortController();
    const receiver = await fixture.receiver((response) => {
      parking.abort();
      setTimeout(() => response.end(), 50);
    });
    const { id } = await fixture.endpoint(receiver.url, { maxConcurrency: 2 });
    await fixture.deliveries(id, 20);
    await run(id, fixture.handler(), parking.signal);
    const sent = receiver.arrivals.length;
    expect(sent).toBeLessThanOrEqual(2);
    expect(await fixture.states(id)).toEqual({ delivered: sent, pending: 20 - sent });
    const pump = await fixture.pump(id);
    expect(pump.lease).toBeNull();
    expect(pump.dueAt?.getTime()).toBeLessThanOrEqual(Date.now());
  });

  it('ends when its endpoint is paused: nothing more is sent, and nothing is due', async () => {
    const { id } = await fixture.endpoint((await fixture.receiver((response) => {
      void fixture.database.webhookEndpoint.updateMany({ where: { id }, data: { enabled: false, disabledReason: 'paused' } }).then(() => setTimeout(() => response.end(), 30));
    })).url, { maxConcurrency: 1 });
    await fixture.deliveries(id, 50);
    await run(id);
    const { pending = 0 } = await fixture.states(id);
    expect(pending).toBeGreaterThan(40);
    expect(await fixture.pump(id)).toMatchObject({ dueAt: null, lease: null });
  });
});

it('a delivery that is made while a pump lets go is never forgotten', async () => {
  const receiver = await fixture.receiver();
  const { id } = await fixture.endpoint(receiver.url);
  const handler = fixture.handler();
  let isOver = false;
  const making = (async () => {
    for (let batch = 0; batch < 60; batch += 1) await fixture.deliveries(id, 1);
  })().finally(() => {
    isOver = true;
  });
  while (!isOver) await run(id, handler);
  await making;
  await expect.poll(async () => {
    await run(id, handler);
    return fixture.states(id);
  }).toEqual({ delivered: 60 });
  expect((await fixture.pump(id)).dueAt).toBeNull();
});

it('planners hand out a pump once, again when its job was lost, and not while it must not be called', async () => {
  const { id } = await fixture.endpoint('http://127.0.0.1:1/');
  await fixture.deliveries(id, 1);
  const pumps = new WebhookPumpRepository(fixture.database, fixture.cipher);
  const now = new Date();
  const claim = async (moment: Date): Promise<number> => (await pumps.claimDue(moment)).filter(({ endpointId }) => endpointId === id).length;
  expect((await Promise.all(Array.from({ length: 5 }, () => claim(now)))).reduce((sum, each) => sum + each)).toBe(1);
  expect(await claim(after(now, seconds(10)))).toBe(0);
  expect(await claim(after(now, seconds(16)))).toBe(1);
  await fixture.database.webhookPump.updateMany({ where: { endpointId: id }, data: { breaker: 'open', breakerUntil: after(now, minutes(2)) } });
  expect(await claim(after(now, minutes(1)))).toBe(0);
  expect(await claim(after(now, minutes(2)))).toBe(1);
  await fixture.database.webhookEndpoint.updateMany({ where: { id }, data: { enabled: false } });
  expect(await claim(after(now, minutes(5)))).toBe(0);
});
