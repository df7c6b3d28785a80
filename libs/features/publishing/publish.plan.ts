import { after, hours, minutes, seconds } from '#kernel/clock';

/** The surface's retry plan: pauses after the first to the fifth failed round. */
export const retryPauses: readonly number[] = [minutes(1), minutes(5), minutes(15), minutes(30), minutes(60)];

/** New containers within one round: more means the file or its host is the trouble. */
export const maxRecreations = 3;

/** Permalinks are a courtesy; the post is live whether or not one can be read. */
export const maxReadBacks = 6;

/** How long the id of a published post is looked for. Its target has come to its end meanwhile, and the post is not kept open for it. */
export const searchEndsAfter = hours(24);

const searchPauses: readonly number[] = [minutes(1), minutes(5), minutes(15), minutes(30), minutes(60)];

/** Pauses of that search after the quick questions: the retry plan's, then every four hours. */
export function searchPause(checks: number): number {
  return searchPauses[checks - maxReadBacks] ?? hours(4);
}

/**
 * A container that reads untouched right after a lost answer proves nothing: the network may still be at it. Only after this
 * long is it taken for untouched (reference 10, pitfall 2: wait 30 to 60 s).
 */
export const untouchedAfter = seconds(45);

/** Where the network limits without saying until when and the plan is used up: a full day's quota frees up by the hour. */
export const limitPause = minutes(60);

/** Publishing calls that left us in doubt while the container says nothing happened. */
export const maxQuickConfirmations = 10;

/** Containers expire after 24 h (Instagram, container reference); nothing in doubt can change later. */
export const doubtEndsAfter = hours(24);

/** However often the network asks us to wait, a post this late is not what its author wants any more. */
export const giveUpAfter = hours(48);

/** Images are ready in seconds, videos in minutes: ask soon, then ever more slowly. Meta advises once a minute at most for five minutes. */
export function pollPause(checks: number): number {
  return Math.min(seconds(30), seconds(1) * 1.5 ** Math.min(checks, 12));
}

/** Longest wait for a container, in questions: about 25 minutes with `pollPause`. */
export const maxPolls = 60;

/** Broken transfers of one file that are gone on with before the retry plan takes over. */
export const maxUploadTries = 8;

export function confirmationPause(checks: number): number {
  return checks < maxQuickConfirmations ? pollPause(checks) : minutes(10);
}

/** Null: the plan is used up. */
export function nextRetry(attempts: number, now: Date): Date | null {
  const pause = retryPauses[attempts];
  return pause === undefined ? null : after(now, pause);
}
