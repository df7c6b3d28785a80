import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { after, days, seconds } from '#kernel/clock';
import { isId } from '#kernel/ids';
import { RelayFixture, type EndpointWish, type EventWish } from './event-relay.fixture.js';
import { EventRelayRepository } from './event-relay.repository.js';

const now = new Date('2026-12-01T12:00:00Z');

let fixture: RelayFixture;
let relay: EventRelayRepository;
beforeAll(async () => {
  fixture = await RelayFixture.create();
  relay = new EventRelayRepository(await fixture.open());
});
afterAll(() => fixture?.drop());

const deliveriesOf = (workspaceId: string) =>
  fixture.query<{ id: string; endpoint: string; event: string; seq: string; state: string; kind: string; next: Date; made: Date }>(
    'SELECT id, endpoint_id AS endpoint, event_id AS event, seq, state::text, kind::text, next_attempt_at AS next, created_at AS made FROM webhook_delivery WHERE workspace_id = $1 ORDER BY id', [workspaceId]);

async function drain(): Promise<number> {
  for (let events = 0, round = 0; round < 1_000; round += 1) {
    const done = await relay.relay(now, 1_000);
    events += done.events;
    if (done.events === 0) return events;
  }
  throw new Error('The relay does not come to an end');
}

describe('numbering', () => {
  it('follows the time of the events, for each workspace by itself, and goes on from the last', async () => {
    const [one, other] = [await fixture.workspace(), await fixture.workspace()];
    const [second, first] = [await fixture.event(one, { at: now }), await fixture.event(one, { at: after(now, -seconds(1)) })];
    await fixture.event(other, { at: now });
    expect(await relay.isWaiting()).toBe(true);
    expect(await relay.relay(now, 1_000)).toEqual({ events: 3, deliveries: 0 });
    expect(await relay.isWaiting()).toBe(false);
    const third = await fixture.event(one, { at: after(now, -days(1)) });
    await drain();
    expect(await fixture.query('SELECT id, seq FROM event WHERE workspace_id = $1 ORDER BY seq', [one])).toEqual([{ id: first, seq: '1' }, { id: second, seq: '2' }, { id: third, seq: '3' }]);
    expect(await fixture.query('SELECT last_seq FROM event_sequence WHERE workspace_id = $1', [other])).toEqual([{ last_seq: '1' }]);
  });

  it('takes no more than it is told to, and events of a clock that is ahead as well', async () => {
    const workspace = await fixture.workspace();
    for (const at of [now, after(now, days(400)), after(now, -days(400))]) await fixture.event(workspace, { at });
    expect((await relay.relay(now, 2)).events).toBe(2);
    expect((await relay.relay(now, 2)).events).toBe(1);
    expect(await fixture.faults()).toEqual([]);
  });

  it('leaves what is not committed to a later round', async () => {
    const workspace = await fixture.workspace();
    await fixture.sql.query('BEGIN');
    await fixture.event(workspace);
    expect(await relay.isWaiting()).toBe(false);
    await fixture.sql.query('COMMIT');
    expect(await drain()).toBe(1);
  });
});

describe('who gets an event', () => {
  const processed = { type: 'post.processed', data: { id: 'post_1', platforms: [{ id: 'prof_1' }, { id: 'prof_2' }] } };
  it.each<[string, EndpointWish, EventWish, boolean]>([
    ['everything', { events: ['*'] }, {}, true],
    ['its type', { events: ['comment.created', 'post.created'] }, {}, true],
    ['its family', { events: ['post.*'] }, {}, true],
    ['a family whose name only begins alike', { events: ['post.*'] }, { type: 'platform_post.published' }, false],
    ['another type', { events: ['post.updated'] }, {}, false],
    ['nothing', { events: [] }, {}, false],
    ['disabled', { isEnabled: false }, {}, false],
    ['its group', { groupId: 'grp_1' }, { groupId: 'grp_1' }, true],
    ['another group', { groupId: 'grp_2' }, { groupId: 'grp_1' }, false],
    ['a group, and the event has none', { groupId: 'grp_1' }, {}, false],
    ['the profile that the event names', { profileIds: ['prof_1'] }, { data: { profile_id: 'prof_1' } }, true],
    ['another profile', { profileIds: ['prof_9'] }, { data: { profile_id: 'prof_1' } }, false],
    ['a profile, and the event names none', { profileIds: ['prof_1'] }, { data: { id: 'prof_1' } }, false],
    ['the profile that is connected', { profileIds: ['prof_1'] }, { type: 'profile.connected', data: { id: 'prof_1' } }, true],
    ['the profile whose token expires', { profileIds: ['prof_1'] }, { type: 'token.expiring', data: { id: 'prof_1' } }, true],
    ['the profile that the figures are of', { profileIds: ['prof_1'] }, { type: 'profile.stats', data: { profile_id: 'prof_1' } }, true],
    ['one of the profiles of a post', { profileIds: ['prof_9', 'prof_2'] }, processed, true],
    ['none of the profiles of a post', { profileIds: ['prof_9'] }, processed, false],
    ['a post without profiles', { profileIds: ['prof_1'] }, { type: 'post.processed', data: { platforms: null } }, false],
    ['that it itself fails', { id: 'wh_1' }, { type: 'webhook.failing', data: { id: 'wh_1' } }, false],
    ['that it itself is disabled', { id: 'wh_1' }, { type: 'webhook.disabled', data: { id: 'wh_1' } }, false],
    ['that another one fails', { id: 'wh_1' }, { type: 'webhook.failing', data: { id: 'wh_2' } }, true],
  ])('%s', async (_, endpoint, event, isDelivered) => {
    const workspace = await fixture.workspace();
    const endpointId = await fixture.endpoint(workspace, endpoint);
    await fixture.endpoint(await fixture.workspace());
    const eventId = await fixture.event(workspace, event);
    await drain();
    const made = await deliveriesOf(workspace);
    expect(made).toMatchObject(isDelivered ? [{ endpoint: endpointId, event: eventId, seq: '1', state: 'pending', kind: 'event', next: now, made: now }] : []);
    expect(await fixture.query('SELECT due_at AS due FROM webhook_pump WHERE workspace_id = $1', [workspace])).toEqual([{ due: isDelivered ? now : null }]);
  });

  it('leaves a pump that is due before as it is, and hastens one that is due later', async () => {
    const workspace = await fixture.workspace();
    const [sooner, later] = [await fixture.endpoint(workspace), await fixture.endpoint(workspace)];
    const dueOf = new Map([[sooner, after(now, -seconds(5))], [later, after(now, seconds(5))]]);
    for (const [id, due] of dueOf) await fixture.query('UPDATE webhook_pump SET due_at = $2 WHERE endpoint_id = $1', [id, due]);
    await fixture.event(workspace);
    await drain();
    const found = await fixture.query<{ id: string; due: Date }>('SELECT endpoint_id AS id, due_at AS due FROM webhook_pump WHERE workspace_id = $1', [workspace]);
    expect(new Map(found.map(({ id, due }) => [id, due]))).toEqual(new Map([[sooner, after(now, -seconds(5))], [later, now]]));
  });
});

describe('ids of deliveries', () => {
  it('are ids, in the order of the events, also over several rounds and milliseconds', async () => {
    const workspace = await fixture.workspace();
    for (let each = 0; each < 5; each += 1) await fixture.endpoint(workspace);
    await fixture.events(workspace, 2_000, now);
    await drain();
    const made = await deliveriesOf(workspace);
    expect(made).toHaveLength(10_000);
    expect(new Set(made.map(({ id }) => id)).size).toBe(10_000);
    expect(made.filter(({ id }) => !isId('webhookDelivery', id))).toEqual([]);
    expect(made.map(({ seq }) => Number(seq))).toEqual(made.map((_, index) => Math.floor(index / 5) + 1));
  });
});

describe('many relays', () => {
  it('number without a gap and deliver once, while others are cut off in the middle', { timeout: 60_000 }, async () => {
    const spaces: string[] = [];
    for (let each = 0; each < 6; each += 1) spaces.push(await fixture.workspace());
    for (const [index, space] of spaces.entries()) for (let each = 0; each < index % 3; each += 1) await fixture.endpoint(space);
    let [isWritten, cut, failures] = [false, 0, 0];
    const write = async (): Promise<void> => {
      for (let round = 0; round < 60; round += 1) for (const space of spaces) await fixture.events(space, 1 + (round * 7) % 40, after(now, (round * 13) % 50));
      isWritten = true;
    };
    const work = async (ours: EventRelayRepository): Promise<void> => {
      for (let isOver = false; !isOver; ) {
        const mayEnd = isWritten;
        const done = await ours.relay(now, 50).catch(() => { failures += 1; return null; });
        isOver = mayEnd && done?.events === 0;
      }
    };
    const cutOff = async (): Promise<void> => {
      const sql = await fixture.open();
      while (cut < 10 && !isWritten) {
        // Whoever is within a round, whatever it is doing there.
        const [row] = await sql.$queryRaw<{ count: number }[]>`
          SELECT count(pg_terminate_backend(pid))::int AS count FROM (
            SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%FROM relay_events%' AND pid <> pg_backend_pid() AND state <> 'idle' LIMIT 1) victims`;
        cut += row?.count ?? 0;
      }
    };
    await Promise.all([write(), cutOff(), ...Array.from({ length: 3 }, async () => work(new EventRelayRepository(await fixture.open())))]);
    expect(cut).toBeGreaterThan(3);
    expect(failures).toBeGreaterThan(0);
    expect(await relay.isWaiting()).toBe(false);
    const faults = await fixture.faults();
    expect(faults.filter((fault) => spaces.some((space) => 'workspace_id' in fault && fault.workspace_id === space))).toEqual([]);
  });
});
