import { after, seconds } from '#kernel/clock';
import type { Prisma } from '#infra/database/database';
import type { OutboxEvent } from '#infra/outbox/outbox-event';
import type { PublishTarget, StatePatch } from './publish-target.js';

/**
 * Whether a hold for a lost account still stands. Who reconnects an account lets its held posts go, and this one may not have been held yet: the lock on the
 * profile makes the two take turns, and a post of a profile that is active again just goes on.
 */
export async function holdIfLost<C extends { readonly patch: StatePatch; readonly events: readonly OutboxEvent[] }>(tx: Prisma.TransactionClient, target: PublishTarget, change: C, now: Date): Promise<C> {
  const { hold } = change.patch;
  if (!hold || hold === 'overdue') return change;
  const [profile] = await tx.$queryRaw<{ isActive: boolean }[]>`
    SELECT status = 'active' AS "isActive" FROM profile WHERE workspace_id = ${target.workspaceId} AND id = ${target.profileId} FOR SHARE`;
  if (!profile?.isActive) return change;
  const patch = { ...change.patch, hold: null, heldAt: null, publishAt: target.state.publishAt, timingSettledAt: target.state.timingSettledAt, dueAt: after(now, seconds(2)) };
  return { ...change, patch, events: change.events.filter(({ type }) => type !== 'platform_post.held') };
}
