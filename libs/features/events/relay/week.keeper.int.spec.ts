import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { after, days, type Clock } from '#kernel/clock';
import { createLogger } from '#infra/logging/logger';
import { readSettings } from '#infra/config/settings';
import type { SystemDatabase } from '#infra/database/database';
import { RelayFixture } from './event-relay.fixture.js';
import { WeekKeeper } from './week.keeper.js';
import { WeekRepository } from './week.repository.js';

/** A Tuesday, far from the weeks that the migration made. */
const now = new Date('2031-07-15T12:00:00Z');
const clock: Clock = { now: () => now };
const settings = { ...readSettings({}), eventRetentionDays: 30 };

let [fixture, database, keeper, workspace]: [RelayFixture, SystemDatabase, WeekKeeper, string] = [] as never;
beforeAll(async () => {
  fixture = await RelayFixture.create();
  database = await fixture.open();
  keeper = new WeekKeeper(new WeekRepository(database), clock, createLogger({ name: 'test', level: 'silent' }), settings);
  workspace = await fixture.workspace();
});
afterAll(() => fixture?.drop());

const placeOf = async (id: string): Promise<string | undefined> => (await fixture.query<{ place: string }>('SELECT tableoid::regclass::text AS place FROM event WHERE id = $1', [id]))[0]?.place.replace('heliograph_weeks.', '');
const weeksOf = async (parent: string): Promise<string[]> =>
  (await fixture.query<{ name: string }>("SELECT relname AS name FROM pg_class WHERE relnamespace = 'heliograph_weeks'::regnamespace AND relkind = 'r' AND relname ~ ('^' || $1 || '_[0-9]') ORDER BY 1", [parent])).map(({ name }) => name);
const number = (id: string): Promise<unknown> => fixture.query('UPDATE event SET seq = 1 WHERE id = $1', [id]);
const deliver = (eventId: string, at: Date, state: string, eventAt = at): Promise<unknown> =>
  fixture.query("INSERT INTO webhook_delivery (workspace_id, id, endpoint_id, event_id, event_type, event_created_at, state, created_at) VALUES ($1, 'dlv_' || $2, 'wh', $2, 'post.created', $3, $4::webhook_delivery_state, $5)", [workspace, eventId, eventAt, state, at]);

describe('weeks', () => {
  it('are made for now and a fortnight ahead, of all three tables, once, and by several keepers at once', async () => {
    const another = new WeekKeeper(new WeekRepository(await fixture.open()), clock, createLogger({ name: 'test', level: 'silent' }), settings);
    await Promise.all([keeper.keep(), another.keep()]);
    await keeper.keep();
    for (const parent of ['event', 'webhook_delivery', 'webhook_attempt']) expect(await weeksOf(parent)).toEqual(['20310714', '20310721', '20310728'].map((week) => `${parent}_${week}`));
  });

  it('get the rows that came before they were made', async () => {
    const [early, ahead] = [await fixture.event(workspace, { at: after(now, -days(10)) }), await fixture.event(workspace, { at: after(now, days(60)) })];
    expect([await placeOf(early), await placeOf(ahead)]).toEqual(['event_rest', 'event_rest']);
    await keeper.keep();
    expect([await placeOf(early), await placeOf(ahead)]).toEqual(['event_20310630', 'event_rest']);
    expect(await database.event.findFirst({ where: { workspaceId: workspace, id: early } })).toMatchObject({ id: early, type: 'post.created', seq: null });
    await fixture.query('DELETE FROM event');
  });

  it.each<[string, number, { waits?: boolean; delivery?: string }, boolean]>([
    ['younger than 30 days', 29, {}, true],
    ['past 30 days', 40, {}, false],
    ['past 30 days, with an event that waits for a relay', 40, { waits: true }, true],
    ['past 30 days, with an event that is to be delivered', 40, { delivery: 'pending' }, true],
    ['past 30 days, with an event that was delivered', 40, { delivery: 'delivered' }, false],
    ['past 60 days, whatever waits', 70, { waits: true, delivery: 'pending' }, false],
  ])('%s', async (_, ago, { waits, delivery }, isKept) => {
    const at = after(now, -days(ago));
    await fixture.query("SELECT make_week('event', 'created_at', $1)", [at]);
    const id = await fixture.event(workspace, { at });
    if (!waits) await number(id);
    if (delivery) await deliver(id, now, delivery, at);
    await keeper.keep();
    expect(await placeOf(id)).toEqual(isKept ? expect.stringMatching(/^event_\d/) : undefined);
    await fixture.query('DELETE FROM event');
    await fixture.query('DELETE FROM webhook_delivery');
    await keeper.keep();
  });

  it('of deliveries stay while one is to be sent', async () => {
    const at = after(now, -days(40));
    await fixture.query("SELECT make_week('webhook_delivery', 'created_at', $1)", [at]);
    await deliver('evt_1', at, 'pending');
    await keeper.keep();
    expect(await weeksOf('webhook_delivery')).toHaveLength(4);
    await fixture.query("UPDATE webhook_delivery SET state = 'dead'");
    await keeper.keep();
    expect(await weeksOf('webhook_delivery')).toHaveLength(3);
  });

  it('that are needed by nobody are not made for rows that are older than everything', async () => {
    const id = await fixture.event(workspace, { at: after(now, -days(61)) });
    await keeper.keep();
    expect(await placeOf(id)).toBeUndefined();
    expect(await weeksOf('event')).not.toContain('event_20310512');
  });

  it('wait for a writer no longer than three seconds, and come in the next round', { timeout: 30_000 }, async () => {
    const at = after(now, -days(40));
    await fixture.query("SELECT make_week('event', 'created_at', $1)", [at]);
    const writer = await fixture.open();
    await writer.$transaction(async (tx) => {
      await tx.$executeRaw`UPDATE event SET type = type`;
      await expect(keeper.keep()).rejects.toThrow();
    }, { timeout: 20_000 });
    expect(await weeksOf('event')).toContain('event_20310602');
    await keeper.keep();
    expect(await weeksOf('event')).not.toContain('event_20310602');
  });
});
