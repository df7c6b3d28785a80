import type { Cast } from './cast.js';
import type { Stage } from './stage.js';

export interface Verdict {
  readonly posts: number;
  /** Neither live nor, truly, in an end state that says so. */
  readonly lost: number;
  /** Posts and first comments that are live more than once, counted beyond the first. */
  readonly duplicates: number;
  readonly unconfirmed: number;
  /** Seconds, sorted. */
  readonly recoveries: readonly number[];
  /** Everything else that must hold and did not, a sentence each. */
  readonly violations: readonly string[];
}

interface TargetRow {
  readonly id: string;
  readonly status: string;
  readonly step: string;
  readonly error: string | null;
  readonly remoteId: string | null;
  readonly updatedAt: Date;
  readonly isHeldTooLong: boolean;
  readonly events: Readonly<Record<string, number>>;
}

/** What was promised, held against what the sandbox has really done and what the rows say. */
export async function judge(stage: Stage, cast: Cast, recoveredFrom: (targetId: string) => number): Promise<Verdict> {
  const rows = new Map((await readTargets(stage)).map((row) => [row.id, row]));
  const { captions, comments } = await readLedgers(stage, cast);
  const violations: string[] = [];
  let [lost, duplicates, unconfirmed] = [0, 0, 0];
  const recoveries: number[] = [];
  for (const { targetId, caption, comment } of cast.posts) {
    const row = rows.get(targetId);
    const live = captions.get(caption) ?? [];
    duplicates += Math.max(0, live.length - 1) + Math.max(0, (comment === null ? 0 : (comments.get(comment) ?? 0)) - 1);
    if (!row) {
      violations.push(`${caption}: its row is gone`);
      continue;
    }
    if (row.status === 'unconfirmed') unconfirmed += 1;
    if (live.length === 0 && !(row.step === 'done' && (row.status === 'failed' || row.status === 'unconfirmed'))) lost += 1;
    violations.push(...contradictions(row, live).map((sentence) => `${caption}: ${sentence}`));
    const seconds = (row.updatedAt.getTime() - recoveredFrom(targetId)) / 1000;
    if (seconds > 0) recoveries.push(seconds);
  }
  const disturbance = await stage.disturbance();
  if (disturbance !== null) violations.push(`rows of another workspace: ${disturbance}`);
  return { posts: cast.posts.length, lost, duplicates, unconfirmed, recoveries: recoveries.sort((a, b) => a - b), violations };
}

/** What a row says that is not so, and events that are missing or told twice. */
function contradictions(row: TargetRow, live: readonly string[]): string[] {
  const { status, step, events } = row;
  const count = (type: string): number => events[type] ?? 0;
  const problems: string[] = [];
  if (step !== 'done') problems.push(`not finished: ${status} in ${step} (${row.error ?? 'no error'})`);
  if (status === 'failed' && live.length > 0) problems.push('shown as failed and live');
  if (status === 'published' && live.length === 0) problems.push('shown as published and not live');
  if (row.remoteId !== null && live.length > 0 && !live.includes(row.remoteId)) problems.push('bound to the post of somebody else');
  if (row.isHeldTooLong) problems.push('leased beyond its time');
  const expected = { 'post.created': 1, 'post.processed': step === 'done' ? 1 : 0, 'platform_post.published': status === 'published' ? 1 : 0, 'platform_post.failed': status === 'failed' ? 1 : 0 };
  for (const [type, times] of Object.entries(expected)) if (count(type) !== times) problems.push(`event ${type} ${count(type)} times instead of ${times}`);
  return problems;
}

async function readTargets(stage: Stage): Promise<TargetRow[]> {
  return stage.query<TargetRow>(`
    SELECT t.id, t.status, t.step, t.error, t.remote_id AS "remoteId", t.updated_at AS "updatedAt",
           t.lease IS NOT NULL AND t.leased_until > now() + interval '15 seconds' OR t.step = 'done' AND t.lease IS NOT NULL AS "isHeldTooLong",
           coalesce((SELECT jsonb_object_agg(type, number) FROM (SELECT type, count(*)::int AS number FROM event e WHERE e.workspace_id = t.workspace_id AND e.post_id = t.post_id GROUP BY type) counted), '{}') AS events
    FROM platform_post t`);
}

async function readLedgers(stage: Stage, cast: Cast): Promise<{ captions: Map<string, string[]>; comments: Map<string, number> }> {
  const captions = new Map<string, string[]>();
  const comments = new Map<string, number>();
  for (const { userId } of cast.brands) {
    const ledger = await stage.sandbox.ledger(userId);
    for (const { id, caption } of ledger.media) if (caption !== null) captions.set(caption, [...(captions.get(caption) ?? []), id]);
    for (const { text } of ledger.comments) comments.set(text, (comments.get(text) ?? 0) + 1);
  }
  return { captions, comments };
}
