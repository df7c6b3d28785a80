import { after, seconds } from '#kernel/clock';
import type { Prisma } from '#infra/database/database';
import type { PublishTarget } from './publish-target.js';
import type { SettledChange } from './publish-target.repository.js';

/**
 * Whether a hold for a lost account still stands. Who reconnects an account lets its held posts go, and this one may not have been held yet: the lock on the
 * profile makes the two take turns, and a post of a profile that is active again just goes on.
 */
export async function holdIfLost(tx: Prisma.TransactionClient, target: PublishTarget, change: SettledChange, now: Date): Promise<SettledChange> {
  const { hold } = change.patch;
  if (!hold || hold === 'overdue') return change;
  const [profile] = await tx.$queryRaw<{ isActive: boolean }[]>`
    SELECT status = 'active' AS "isActive" FROM profile WHERE workspace_id = ${target.workspaceId} AND id = ${target.profileId} FOR SHARE`;
  if (!profile?.isActive) return change;
  const patch = { ...change.patch, hold: null, heldAt: null, publishAt: target.state.publishAt, timingSettledAt: target.state.timingSettledAt, dueAt: after(now, seconds(2)) };
  return { ...change, patch, events: change.events.filter(({ type }) => type !== 'platform_post.held') };
}
