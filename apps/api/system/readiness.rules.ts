import { minutes, seconds } from '#kernel/clock';
import type { QueueState } from '#infra/queue/queue-backend';
import type { OutboxStatus } from '#features/events/index';
import type { PublishingStatus } from '#features/publishing/index';

const plannerSilence = seconds(30);
const longestLateness = minutes(2);
/** Longer than any outside call of a healthy worker: the largest video over a slow line. */
const longestLease = minutes(20);
const longestStandstill = seconds(30);
/** Relays look twenty times a second. */
const longestWaitForRelay = seconds(60);

/** The job whose turn it is, and since when it has been its turn. */
export interface QueueHead {
  readonly job: string;
  readonly since: Date;
}

/** Who stands first in a queue now. Workers take jobs in their order: a head that stays means that none is taken. */
export function headOf({ oldestWaiting }: QueueState, before: QueueHead | null, now: Date): QueueHead | null {
  if (oldestWaiting === null) return null;
  return before?.job === oldestWaiting ? before : { job: oldestWaiting, since: now };
}

/** What keeps posts from going out, as a sentence with a remedy; null: nothing. */
export function findStandstill({ lastPlannerTick, oldestOverdue, oldestLease }: PublishingStatus, head: QueueHead | null, now: Date): string | null {
  const since = (moment: Date | null | undefined): number => (moment ? now.getTime() - moment.getTime() : 0);
  if (!lastPlannerTick || since(lastPlannerTick) >= plannerSilence) return 'no worker has looked for due posts lately: start a worker; if one runs, its log says why it does not look';
  if (since(oldestOverdue) >= longestLateness) return "due posts are not being taken up: see the worker's log";
  if (since(head?.since) >= longestStandstill) return "jobs are waiting and none is taken: see the worker's log, or restart it";
  if (since(oldestLease) >= longestLease) return 'a worker holds a post and gets no further with it: restart the worker';
  return null;
}

/** What keeps events from the feed and from webhooks, as a sentence with a remedy; null: nothing. */
export function findHeldEvents({ oldest, waiting }: OutboxStatus, now: Date): string | null {
  if (!oldest || now.getTime() - oldest.getTime() < longestWaitForRelay) return null;
  return `${waiting} events wait for a relay: start a worker; if one runs, its log says why it does not take them`;
}
