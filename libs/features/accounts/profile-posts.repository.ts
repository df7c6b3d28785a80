import type { Prisma, Profile } from '#infra/database/database';
import { newEvent, type OutboxEvent } from '#infra/outbox/outbox-event';
import { writeEvents } from '#infra/outbox/outbox.repository';
import { lostState, type AccountLoss } from './account-loss.rules.js';
import { profileEvent } from './profile-event.js';

type Runner = Prisma.TransactionClient;

type LostProfile = Pick<Profile, 'workspaceId' | 'id' | 'profileGroupId' | 'name' | 'network'>;

interface MovedTarget {
  readonly id: string;
  readonly postId: string;
  readonly metadata: unknown;
}

/** A profile with thousands of scheduled posts has thousands of events. */
const eventsAtOnce = 1000;

/** Takes active profiles, once each, and holds what waits for them. Whoever does it has locked or found the rows by `where`. */
export async function loseProfiles(tx: Runner, where: Prisma.ProfileWhereInput, loss: AccountLoss, { now, ...more }: { now: Date } & Prisma.ProfileUpdateManyMutationInput): Promise<Profile[]> {
  // The condition is judged again on the locked row: of many calls that are refused at once, one takes the profile.
  const lost = await tx.profile.updateManyAndReturn({ where: { status: 'active', ...where }, data: { ...lostState(loss), ...more, updatedAt: now } });
  await writeEvents(tx, lost.map((profile) => profileEvent('profile.disconnected', profile, now)));
  for (const profile of lost) await holdPosts(tx, profile, loss, now);
  return lost;
}

/**
 * Holds the posts of a profile that have not gone out. Not those that a worker has in hand: it will be refused by itself; nor those
 * that a publishing call went out for, or that are live: they are asked about, and never begun anew.
 */
async function holdPosts(tx: Runner, profile: LostProfile, reason: AccountLoss, now: Date): Promise<void> {
  const { workspaceId, id } = profile;
  const held = await tx.$queryRaw<MovedTarget[]>`
    WITH waiting AS (
      SELECT t.id, p.metadata FROM platform_post t JOIN post p ON p.workspace_id = t.workspace_id AND p.id = t.post_id
      WHERE t.workspace_id = ${workspaceId} AND t.profile_id = ${id} AND t.due_at IS NOT NULL AND t.hold IS NULL
        AND t.published_at IS NULL AND t.publish_called_at IS NULL AND (t.leased_until IS NULL OR t.leased_until <= ${now})
      ORDER BY t.id FOR UPDATE OF t
    )
    UPDATE platform_post t
    SET hold = ${reason}, held_at = ${now}, due_at = NULL, dispatched_until = NULL, deferral = NULL, publish_at = COALESCE(t.publish_at, ${now}), timing_settled_at = NULL,
        lease = NULL, leased_until = NULL, status = 'pending', step = 'waiting', child_containers = '[]', container_id = NULL, attempted_at = NULL, attempts = 0, recreations = 0, checks = 0,
        error = NULL, error_details = NULL, updated_at = ${now}
    FROM waiting WHERE t.workspace_id = ${workspaceId} AND t.id = waiting.id
    RETURNING t.id, t.post_id AS "postId", waiting.metadata`;
  await rewindPosts(tx, workspaceId, held.map((target) => target.postId), now);
  await tell(tx, profile, held, { type: 'platform_post.held', hold: reason, now });
}

/** When posts are let go, and how long before their time a worker looks at them, in milliseconds. */
export interface ReleaseTime {
  readonly now: Date;
  readonly lead: number;
}

/**
 * Lets the held posts of a profile go: at their time, so that they are prepared ahead of it, or now when it has passed; then a worker decides by the overdue policy. One without a time
 * waits in a paused queue, and goes on waiting there.
 */
export async function releasePosts(tx: Runner, profile: LostProfile, reasons: readonly AccountLoss[], { now, lead }: ReleaseTime): Promise<void> {
  const { workspaceId, id } = profile;
  const released = await tx.$queryRaw<MovedTarget[]>`
    WITH held AS (
      SELECT t.id, p.metadata FROM platform_post t JOIN post p ON p.workspace_id = t.workspace_id AND p.id = t.post_id
      WHERE t.workspace_id = ${workspaceId} AND t.profile_id = ${id} AND t.hold = ANY(${[...reasons]})
      ORDER BY t.id FOR UPDATE OF t
    )
    UPDATE platform_post t
    SET hold = NULL, held_at = NULL, due_at = CASE WHEN t.publish_at IS NOT NULL THEN GREATEST(t.publish_at - ${lead} * interval '1 millisecond', ${now}::timestamptz) END, dispatched_until = NULL, error = NULL, error_details = NULL, updated_at = ${now}
    FROM held WHERE t.workspace_id = ${workspaceId} AND t.id = held.id
    RETURNING t.id, t.post_id AS "postId", held.metadata`;
  await tell(tx, profile, released, { type: 'platform_post.released', hold: null, now });
}

/** Posts that were being published, and none of whose targets is begun any more, wait again. */
export async function rewindPosts(tx: Runner, workspaceId: string, postIds: readonly string[], now: Date): Promise<void> {
  if (postIds.length === 0) return;
  await tx.$executeRaw`
    UPDATE post SET status = CASE WHEN scheduled_at > ${now} THEN 'scheduled'::post_status ELSE 'pending'::post_status END, updated_at = ${now}
    WHERE workspace_id = ${workspaceId} AND id = ANY(${[...postIds]}) AND status = 'processing'
      AND NOT EXISTS (SELECT FROM platform_post t WHERE t.workspace_id = post.workspace_id AND t.post_id = post.id AND (t.step = 'done' OR t.attempted_at IS NOT NULL))`;
}

async function tell(tx: Runner, profile: LostProfile, targets: readonly MovedTarget[], change: { type: string; hold: AccountLoss | null; now: Date }): Promise<void> {
  for (let from = 0; from < targets.length; from += eventsAtOnce) {
    await writeEvents(tx, targets.slice(from, from + eventsAtOnce).map((target) => toEvent(profile, target, change)));
  }
}

/** As `targetEvent` of publishing tells it, of a target that has not gone out. */
function toEvent({ workspaceId, profileGroupId, id, name, network }: LostProfile, target: MovedTarget, { type, hold, now }: { type: string; hold: AccountLoss | null; now: Date }): OutboxEvent {
  return newEvent({
    workspaceId, profileGroupId, type, createdAt: now, postId: target.postId,
    data: {
      id: target.id, post_id: target.postId, platform: network, profile_id: id, profile_name: name, status: 'pending', error: null, error_details: null,
      platform_id: null, permalink: null, ...(hold && { hold }), metadata: target.metadata,
    },
  });
}
