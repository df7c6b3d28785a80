import { minutes } from '#kernel/clock';

/** `publish_late`: up to so many minutes late, then as `hold`; `hold`: a person decides; `skip`: it is not published any more. */
export const overduePolicyNames = ['publish_late', 'hold', 'skip'] as const;

export interface OverduePolicy {
  readonly policy: (typeof overduePolicyNames)[number];
  /** How late `publish_late` still publishes. */
  readonly minutes: number;
}

/** What a queue or a workspace says; null: it says nothing. */
export interface OverdueWish {
  readonly policy: string | null;
  readonly minutes: number | null;
}

export type OverdueDecision = 'publish' | 'hold' | 'skip';

/** Posts wait for each other, workers are replaced: so late is in time, under every policy. */
const inTimeWithin = minutes(5);

/** Each part as the first says that says something: queue, workspace, then the installation. */
export function resolveOverdue(wishes: readonly (OverdueWish | null)[], installation: OverduePolicy): OverduePolicy {
  const named = wishes.map((wish) => overduePolicyNames.find((name) => name === wish?.policy)).find((name) => name !== undefined);
  const lateness = wishes.map((wish) => wish?.minutes ?? null).find((value) => value !== null);
  return { policy: named ?? installation.policy, minutes: lateness ?? installation.minutes };
}

interface Timing {
  readonly publishAt: Date | null;
  readonly timingSettledAt: Date | null;
  readonly deferral: string | null;
  readonly dueAt: Date | null;
}

/**
 * Whether a row that a worker takes up is late because nobody came at its time: of what waits for a limit, the time until which it does. What was begun at
 * its time is not; nor what a person has released.
 */
export function isOverdue({ publishAt, timingSettledAt, deferral, dueAt }: Timing, now: Date): boolean {
  if (publishAt === null || timingSettledAt !== null) return false;
  const awaitedAt = deferral !== null && dueAt !== null && dueAt > publishAt ? dueAt : publishAt;
  return now.getTime() - awaitedAt.getTime() > inTimeWithin;
}

/** What becomes of a target that is overdue. */
export function overdueDecision({ policy, minutes: most }: OverduePolicy, publishAt: Date, now: Date): OverdueDecision {
  if (now.getTime() - publishAt.getTime() <= inTimeWithin) return 'publish';
  if (policy === 'skip') return 'skip';
  return policy === 'publish_late' && now.getTime() - publishAt.getTime() <= minutes(most) ? 'publish' : 'hold';
}
