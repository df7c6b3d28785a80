import { createHash } from 'node:crypto';
import { after, minutes, seconds } from '#kernel/clock';
import { nextSlots, type Slot, type Timeslot } from './queue-slots.rules.js';

export const queuePriorities = ['high', 'medium', 'low'] as const;
export type QueuePriority = (typeof queuePriorities)[number];

export interface QueuePlan {
  readonly timezone: string;
  readonly enabled: boolean;
  /** Minutes. */
  readonly jitter: number;
  readonly timeslots: readonly Timeslot[];
}

export interface QueuedPost {
  /** Ids sort by creation. */
  readonly id: string;
  readonly priority: QueuePriority;
  readonly slotAt: Date | null;
  readonly scheduledAt: Date | null;
  /** A worker has begun it: it keeps its time, whatever happens. */
  readonly isBegun: boolean;
}

/** Where a post sits; null: nowhere, so it has no time. */
export interface Placement {
  readonly id: string;
  readonly slotAt: Date | null;
  readonly scheduledAt: Date | null;
}

/** So short before its time a post is not moved: its author has been told that it cannot be changed any more. */
const settledBefore = minutes(5);

/**
 * Gives the posts of a queue their slots, by priority and then by creation, one post to a slot. Posts that a worker has begun, and those whose
 * slot or time has come or comes within five minutes, stay where they are, and their slots are taken. In a paused queue nobody else has a slot.
 *
 * @returns the posts whose place changes
 */
export function arrange(queue: QueuePlan, posts: readonly QueuedPost[], now: Date): Placement[] {
  const isKept = (post: QueuedPost): boolean => post.isBegun || (queue.enabled && isSettled(post, now));
  const settled = posts.filter(isKept);
  const movable = posts.filter((post) => !isKept(post)).sort(byTurn);
  const free = queue.enabled ? freeSlots(queue, settled, now) : null;
  return movable
    .map((post) => {
      const slotAt = free?.next().value?.at ?? null;
      return { id: post.id, slotAt, scheduledAt: slotAt && timeIn(slotAt, post.id, queue.jitter), before: post };
    })
    .filter(({ before, slotAt, scheduledAt }) => !isSame(before.slotAt, slotAt) || !isSame(before.scheduledAt, scheduledAt))
    .map(({ id, slotAt, scheduledAt }) => ({ id, slotAt, scheduledAt }));
}

/** Slots after now in which none of these posts sits. */
export function* freeSlots(queue: Omit<QueuePlan, 'enabled' | 'jitter'>, posts: readonly Pick<QueuedPost, 'slotAt'>[], now: Date): Generator<Slot, void, undefined> {
  const taken = new Set(posts.map(({ slotAt }) => slotAt?.getTime()));
  for (const slot of nextSlots(queue.timeslots, queue.timezone, now)) {
    if (!taken.has(slot.at.getTime())) yield slot;
  }
}

function isSettled({ slotAt, scheduledAt }: QueuedPost, now: Date): boolean {
  if (slotAt === null || scheduledAt === null) return false;
  const closed = after(now, settledBefore);
  return slotAt <= closed || scheduledAt <= closed;
}

function byTurn(a: QueuedPost, b: QueuedPost): number {
  return queuePriorities.indexOf(a.priority) - queuePriorities.indexOf(b.priority) || (a.id < b.id ? -1 : 1);
}

/** Later than its slot by a part of the jitter that is always the same for this post and slot, in whole seconds. */
export function timeIn(slotAt: Date, postId: string, jitter: number): Date {
  if (jitter === 0) return slotAt;
  const share = createHash('sha256').update(`${postId} ${slotAt.toISOString()}`).digest().readUInt32BE() / 2 ** 32;
  return after(slotAt, seconds(Math.floor(share * (jitter * 60 + 1))));
}

function isSame(a: Date | null, b: Date | null): boolean {
  return a?.getTime() === b?.getTime();
}
