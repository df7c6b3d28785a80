import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { minutes } from '#kernel/clock';
import { eventBody } from '../event.body.js';
import { PumpFixture } from './pump.fixture.js';

let fixture: PumpFixture;
beforeAll(async () => {
  fixture = await PumpFixture.create();
});
afterAll(async () => fixture?.drop());

const running = new AbortController().signal;

describe('a pump', () => {
  it('sends what is due, logs it, and is due no more', async () => {
    const receiver = await fixture.receiver();
    const { id } = await fixture.endpoint(receiver.url);
    await fixture.deliveries(id, 500);
    await fixture.handler().handle({ workspaceId: fixture.workspaceId, endpointId: id }, running);
    expect(await fixture.states(id)).toEqual({ delivered: 500 });
    expect(receiver.arrivals).toHaveLength(500);
    expect(new Set(receiver.arrivals.map(({ headers }) => headers['webhook-id'])).size).toBe(500);
    expect(await fixture.pump(id)).toMatchObject({ dueAt: null, lease: null, leasedUntil: null, breaker: 'closed', failingSince: null });
    const attempts = await fixture.attempts(id);
    expect(attempts).toHaveLength(500);
    expect(attempts[0]).toMatchObject({ success: true, attemptNumber: 1, responseStatus: 200, responseBody: 'ok', errorClass: null, nextAttemptAt: null, kind: 'event' });
  });

  it('sends the words of the event, and keeps signatures out of the log', async () => {
    const receiver = await fixture.receiver();
    const { id } = await fixture.endpoint(receiver.url);
    const [delivery = ''] = await fixture.deliveries(id, 1);
    await fixture.handler({ prefix: 'x-postproxy-' }).handle({ workspaceId: fixture.workspaceId, endpointId: id }, running);
    const [arrival] = receiver.arrivals;
    const event = await fixture.database.event.findFirstOrThrow({ where: { id: String(arrival?.headers['webhook-id']) } });
    expect(arrival?.body).toBe(eventBody(event));
    expect(arrival?.body).toMatch(/^\{"id":"evt_\w+","object":"event","type":"post.processed","created_at":"[^"]+Z","seq":1,"workspace_id":"ws_\w+","profile_group_id":null,"data":\{/);
    expect(arrival?.headers).toMatchObject({ 'content-type': 'application/json', 'user-agent': 'Heliograph-Webhooks/1', 'x-postproxy-event': 'post.processed', 'x-postproxy-delivery': delivery });
    const [attempt] = await fixture.attempts(id);
    expect(attempt?.requestHeaders).toMatchObject({ 'webhook-id': event.id, 'webhook-signature': 'v1,…', 'x-postproxy-signature': expect.stringMatching(/^t=\d+,v1=…$/) });
    expect(attempt?.timing).toMatchObject({ connect: expect.any(Number), first_byte: expect.any(Number) });
  });

  it('leaves what is due later, and is due then', async () => {
    const receiver = await fixture.receiver();
    const { id } = await fixture.endpoint(receiver.url);
    const later = new Date(Date.now() + minutes(10));
    await fixture.deliveries(id, 1, { dueAt: later });
    await fixture.deliveries(id, 1);
    await fixture.handler().handle({ workspaceId: fixture.workspaceId, endpointId: id }, running);
    expect(receiver.arrivals).toHaveLength(1);
    expect((await fixture.pump(id)).dueAt).toEqual(later);
  });

  it('cancels a delivery whose event is gone', async () => {
    const receiver = await fixture.receiver();
    const { id } = await fixture.endpoint(receiver.url);
    await fixture.deliveries(id, 2, { withEvent: false });
    await fixture.handler().handle({ workspaceId: fixture.workspaceId, endpointId: id }, running);
    expect(await fixture.states(id)).toEqual({ cancelled: 2 });
    expect(receiver.arrivals).toEqual([]);
    expect(await fixture.attempts(id)).toEqual([]);
  });

  it('has no more calls under way than the endpoint takes, and as many', async () => {
    let [underWay, most] = [0, 0];
    const receiver = await fixture.receiver((response) => {
      most = Math.max(most, ++underWay);
      setTimeout(() => {
        underWay -= 1;
        response.end();
      }, 5);
    });
    const { id } = await fixture.endpoint(receiver.url, { maxConcurrency: 3 });
    await fixture.deliveries(id, 60);
    await fixture.handler().handle({ workspaceId: fixture.workspaceId, endpointId: id }, running);
    expect(await fixture.states(id)).toEqual({ delivered: 60 });
    expect(most).toBe(3);
  });

  it('keeps to the rate of an endpoint that has one', async () => {
    const receiver = await fixture.receiver();
    const { id } = await fixture.endpoint(receiver.url, { maxPerSecond: 20 });
    await fixture.deliveries(id, 11);
    const begun = performance.now();
    await fixture.handler().handle({ workspaceId: fixture.workspaceId, endpointId: id }, running);
    expect(performance.now() - begun).toBeGreaterThan(450);
    expect(await fixture.states(id)).toEqual({ delivered: 11 });
  });
});
