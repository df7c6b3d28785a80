import { setTimeout as pause } from 'node:timers/promises';
import type { Stage } from './stage.js';

/**
 * Waits until every target has come to its end. What the rules of doubt measure themselves (45 s after a publishing call) is really waited for.
 *
 * @returns how many had not ended by then
 */
export async function settleDown(stage: Stage, withinMs: number): Promise<number> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    await cutWaitsShort(stage);
    const [row] = await stage.query<{ open: number }>("SELECT count(*)::int AS open FROM platform_post WHERE step <> 'done' AND due_at IS NOT NULL");
    if (!row || row.open === 0 || Date.now() > deadline) return row?.open ?? 0;
    await pause(500);
  }
}

/**
 * The retry plan's minutes: whatever has begun and waits for longer than ten seconds is made due now, as if the time had passed. Not a publishing call
 * in doubt: asked more often, its questions would be used up before the 45 s after which an untouched container is published once more.
 */
export async function cutWaitsShort(stage: Stage): Promise<void> {
  await stage.query(`
    UPDATE platform_post SET due_at = now()
    WHERE step <> 'done' AND hold IS NULL AND due_at > now() + interval '10 seconds' AND (publish_at IS NULL OR publish_at <= now())
      AND (step <> 'publishing' OR status = 'unconfirmed') AND (leased_until IS NULL OR leased_until < now())`);
}
