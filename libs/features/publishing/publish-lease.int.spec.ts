import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { after, hours, minutes, seconds } from '#kernel/clock';
import type { Database } from '#infra/database/database';
import type { CallerIdentity } from '#features/accounts/index';
import { PostRepository } from './post.repository.js';
import { leaseLength, PublishLeaseRepository } from './publish-lease.repository.js';
import { PublishTargetRepository } from './publish-target.repository.js';
import { PublishingFixture } from './publishing.fixture.js';

const now = new Date('2026-11-21T12:00:00Z');

let fixture: PublishingFixture;
let database: Database;
let leases: PublishLeaseRepository;
let targets: PublishTargetRepository;
let posts: PostRepository;
let caller: CallerIdentity;

beforeAll(async () => {
  fixture = await PublishingFixture.create();
  ({ database, caller } = fixture);
  leases = new PublishLeaseRepository(database);
  targets = new PublishTargetRepository(database);
  posts = new PostRepository();
});
afterAll(async () => fixture?.drop());
beforeEach(async () => {
  await database.post.deleteMany();
});

const duePost = (body: string, dueAt = now): Promise<string> => fixture.post(body, dueAt);

describe('handing out due rows', () => {
  it('gives a row once, and again when its job has not shown up in time', async () => {
    const id = await duePost('a');
    expect(await leases.claimDue(now)).toMatchObject([{ id, dispatches: 1, requestId: 'req-1' }]);
    expect(await leases.claimDue(after(now, seconds(5)))).toEqual([]);
    expect(await leases.claimDue(after(now, seconds(16)))).toMatchObject([{ id, dispatches: 2 }]);
  });

  it('gives nothing before its time', async () => {
    await duePost('later', after(now, minutes(1)));
    expect(await leases.claimDue(now)).toEqual([]);
    expect(await leases.claimDue(after(now, minutes(1)))).toHaveLength(1);
  });

  it('gives one row per profile at a time, the earliest first', async () => {
    const second = await duePost('second', after(now, -seconds(1)));
    const first = await duePost('first', after(now, -seconds(9)));
    expect((await leases.claimDue(now)).map((due) => due.id)).toEqual([first]);
    const lease = await leases.acquire(caller.workspaceId, first, now);
    expect(await leases.claimDue(now)).toEqual([]);
    await leases.release(caller.workspaceId, first, lease ?? '');
    await database.platformPost.updateMany({ where: { id: first }, data: { dueAt: null } });
    expect((await leases.claimDue(now)).map((due) => due.id)).toEqual([second]);
  });

  it('gives a row to one of many planners that ask at once', async () => {
    await duePost('contended');
    const claims = await Promise.all(Array.from({ length: 8 }, () => leases.claimDue(now)));
    expect(claims.flat()).toHaveLength(1);
  });
});

describe('what a worker with a wrong clock has left', () => {
  const until = (id: string, times: { leasedUntil?: Date; dispatchedUntil?: Date }): Promise<unknown> =>
    database.platformPost.updateMany({ where: { id }, data: { ...times, ...(times.leasedUntil && { lease: 'lease_far' }) } });

  it.each<[string, { leasedUntil?: Date; dispatchedUntil?: Date }, number]>([
    ['a lease as long as leases are', { leasedUntil: after(now, leaseLength) }, 0],
    ['a lease of twice that', { leasedUntil: after(now, 2 * leaseLength) }, 0],
    ['a lease longer than can be', { leasedUntil: after(now, 2 * leaseLength + 1) }, 1],
    ['a lease for an hour', { leasedUntil: after(now, hours(1)) }, 1],
    ['a hand-out that is trusted', { dispatchedUntil: after(now, seconds(15)) }, 0],
    ['a hand-out for an hour', { dispatchedUntil: after(now, hours(1)) }, 1],
  ])('%s', async (_, times, handedOut) => {
    const id = await duePost('left');
    await until(id, times);
    expect(await leases.claimDue(now)).toHaveLength(handedOut);
    if (times.leasedUntil) expect((await leases.acquire(caller.workspaceId, id, now)) === null).toBe(handedOut === 0);
  });

  it('keeps no other row of the profile waiting, and its holder is fenced off', async () => {
    const [stuck, next] = [await duePost('stuck', after(now, -seconds(9))), await duePost('next')];
    await until(stuck, { leasedUntil: after(now, hours(1)) });
    await until(next, { dispatchedUntil: after(now, seconds(5)) });
    expect(await leases.acquire(caller.workspaceId, next, now)).not.toBeNull();
    await database.platformPost.updateMany({ where: { id: next }, data: { dueAt: null, lease: null, leasedUntil: null } });
    const fresh = await leases.acquire(caller.workspaceId, stuck, now);
    expect(fresh).not.toBeNull();
    expect(await leases.renew(caller.workspaceId, stuck, 'lease_far', after(now, hours(1)))).toBe(false);
    expect(await leases.renew(caller.workspaceId, stuck, fresh ?? '', now)).toBe(true);
  });
});

describe('a lease', () => {
  it('is had by one of many workers that ask at once, and by one row of a profile', async () => {
    const [first, second] = [await duePost('first'), await duePost('second')];
    const taken = await Promise.all([first, second, first, second, first].map((id) => leases.acquire(caller.workspaceId, id, now)));
    expect(taken.filter(Boolean)).toHaveLength(1);
  });

  it('can be taken over when it ran out, and then its first holder changes nothing and may call nothing', async () => {
    const id = await duePost('fenced');
    const old = await leases.acquire(caller.workspaceId, id, now);
    const later = after(now, leaseLength + 1);
    const fresh = await leases.acquire(caller.workspaceId, id, later);
    const target = await targets.find(caller.workspaceId, id);
    if (!old || !fresh || !target) throw new Error('no lease');
    const attempt = { id: 'att_1', step: 'creating' as const, requestId: 'r', makesContainer: true };
    expect(await leases.renew(caller.workspaceId, id, old, later)).toBe(false);
    expect(await targets.begin({ target, lease: old, now: later }, attempt)).toBe(false);
    const change = { patch: { status: 'failed' as const }, releases: true, attempt: null, events: [] };
    expect(await targets.settle({ target, lease: old, now: later }, change)).toBe(false);
    expect((await targets.find(caller.workspaceId, id))?.state.status).toBe('processing');
    expect(await targets.begin({ target, lease: fresh, now: later }, attempt)).toBe(true);
  });

  it('is not given for a row that is not due', async () => {
    const id = await duePost('early', after(now, hours(1)));
    expect(await leases.acquire(caller.workspaceId, id, now)).toBeNull();
  });
});

describe('settling', () => {
  it('closes the post with its last target, and writes state and events in one commit', async () => {
    const id = await duePost('closing');
    const lease = await leases.acquire(caller.workspaceId, id, now);
    const target = await targets.find(caller.workspaceId, id);
    if (!lease || !target) throw new Error('no lease');
    const change = { patch: { step: 'done' as const, status: 'published' as const, dueAt: null }, releases: true, attempt: null, events: [] };
    expect(await targets.settle({ target, lease, now }, change)).toBe(true);
    const [event] = await database.event.findMany({ where: { type: 'post.processed' } });
    expect(event?.data).toMatchObject({ id: target.postId, body: 'closing', status: 'processed', platforms: [{ id: fixture.profileId, platform: 'instagram', name: 'brand' }] });
    expect(await database.post.findFirst({ where: { id: target.postId } })).toMatchObject({ status: 'processed' });
  });
});

describe('deleting', () => {
  it('is refused while a worker holds a target, and carried out when nothing is under way', async () => {
    const busy = await duePost('busy');
    await leases.acquire(caller.workspaceId, busy, now);
    const [{ postId } = { postId: '' }] = await database.platformPost.findMany({ where: { id: busy } });
    expect(await posts.deleteIdle(caller.workspaceId, postId, now, database)).toBe('busy');
    await database.platformPost.updateMany({ where: { id: busy }, data: { lease: null, leasedUntil: null, status: 'failed_waiting_for_retry', step: 'creating' } });
    expect(await posts.deleteIdle(caller.workspaceId, postId, now, database)).toBe('deleted');
    expect(await database.platformPost.count({ where: { postId } })).toBe(0);
  });

  it('is refused while a post is in doubt, and carried out when the doubt has come to its end', async () => {
    const id = await duePost('doubtful');
    const [{ postId } = { postId: '' }] = await database.platformPost.findMany({ where: { id } });
    await database.platformPost.updateMany({ where: { id }, data: { status: 'unconfirmed', step: 'publishing' } });
    expect(await posts.deleteIdle(caller.workspaceId, postId, now, database)).toBe('busy');
    await database.platformPost.updateMany({ where: { id }, data: { step: 'done', dueAt: null } });
    expect(await posts.deleteIdle(caller.workspaceId, postId, now, database)).toBe('deleted');
  });
});
