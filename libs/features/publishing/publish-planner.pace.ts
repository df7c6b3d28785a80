/** Between the planner's rounds when nothing is due sooner, in milliseconds. */
export const tickPause = 200;

/** Rows due closer together than this are handed out together. */
const shortestPause = 5;

/** Until the planner's next round: until the next row is due, within reason. */
export function plannerPause(nextDueAt: Date | null, now: Date): number {
  const pause = nextDueAt === null ? tickPause : nextDueAt.getTime() - now.getTime();
  return Math.min(tickPause, Math.max(shortestPause, pause));
}
