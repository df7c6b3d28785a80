import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { after, seconds } from '#kernel/clock';
import { newEvent } from '#infra/outbox/outbox-event';
import { PublishLeaseRepository } from './publish-lease.repository.js';
import { PublishTargetRepository } from './publish-target.repository.js';
import { PublishingFixture } from './publishing.fixture.js';

const now = new Date('2026-11-21T12:00:00Z');

let fixture: PublishingFixture;
beforeAll(async () => {
  fixture = await PublishingFixture.create();
});
afterAll(async () => fixture?.drop());
beforeEach(async () => {
  await fixture.database.post.deleteMany();
});

const profileBecomes = (status: 'active' | 'inactive'): Promise<unknown> => fixture.database.profile.updateMany({ where: { id: fixture.profileId }, data: { status, statusReason: status === 'active' ? null : 'account_blocked' } });

/** What a worker writes that was refused because of the account. */
async function refused(): Promise<{ readonly id: string; readonly settle: () => Promise<boolean> }> {
  const { workspaceId, profileGroupId } = fixture.caller;
  const id = await fixture.post('refused', now);
  const lease = await new PublishLeaseRepository(fixture.database).acquire(workspaceId, id, now);
  const targets = new PublishTargetRepository(fixture.database);
  const target = await targets.find(workspaceId, id);
  if (!lease || !target) throw new Error('no lease');
  const told = newEvent({ workspaceId, profileGroupId, type: 'platform_post.held', createdAt: now, postId: target.postId, data: { id } });
  const patch = { status: 'pending' as const, hold: 'account_blocked' as const, heldAt: now, dueAt: null, publishAt: now, attemptedAt: null };
  return { id, settle: () => targets.settle({ target, lease, now }, { patch, releases: true, attempt: null, events: [told] }) };
}
const rowOf = (id: string) => fixture.database.platformPost.findFirstOrThrow({ where: { id } });
const heldTold = (): Promise<number> => fixture.database.event.count({ where: { type: 'platform_post.held' } });
const waiting = async (): Promise<number> => {
  const [row] = await fixture.database.$queryRaw<{ count: number }[]>`SELECT count(*)::int AS count FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  return row?.count ?? 0;
};

describe('holding a target for a lost account', () => {
  it('stands while the account is lost', async () => {
    const { id, settle } = await refused();
    await profileBecomes('inactive');
    const before = await heldTold();
    expect(await settle()).toBe(true);
    expect(await rowOf(id)).toMatchObject({ hold: 'account_blocked', dueAt: null, lease: null });
    expect((await heldTold()) - before).toBe(1);
  });

  it('does not when the account was connected again before it was written: the post goes on, and nothing is told', async () => {
    const { id, settle } = await refused();
    await profileBecomes('active');
    const before = await heldTold();
    expect(await settle()).toBe(true);
    expect(await rowOf(id)).toMatchObject({ hold: null, heldAt: null, dueAt: after(now, seconds(2)), lease: null });
    expect((await heldTold()) - before).toBe(0);
  });

  it('takes turns with a reconnection that is being written, and is not left behind by it', async () => {
    const { id, settle } = await refused();
    await profileBecomes('inactive');
    const { settling } = await fixture.database.$transaction(async (tx) => {
      await tx.profile.updateMany({ where: { id: fixture.profileId }, data: { status: 'active', statusReason: null } });
      const held = settle();
      await expect.poll(waiting).toBe(1);
      return { settling: held };
    }, { timeout: 20_000 });
    expect(await settling).toBe(true);
    expect(await rowOf(id)).toMatchObject({ hold: null, dueAt: after(now, seconds(2)) });
  });
});
