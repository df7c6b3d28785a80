import { setTimeout as pause } from 'node:timers/promises';
import type { AcceptedPost, Cast } from './cast.js';
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

export interface TargetRow {
  readonly id: string;
  readonly status: string;
  readonly step: string;
  readonly hold: string | null;
  readonly error: string | null;
  readonly remoteId: string | null;
  readonly updatedAt: Date;
  readonly isHeldTooLong: boolean;
  /** By type, how often. */
  readonly events: Readonly<Record<string, number>>;
}

/** What the sandbox has really done: ids of live posts by caption, numbers of comments by text. */
export interface Ledgers {
  readonly captions: ReadonlyMap<string, readonly string[]>;
  readonly comments: ReadonlyMap<string, number>;
}

type Promised = Pick<AcceptedPost, 'targetId' | 'caption' | 'comment'>;

/** What was promised, held against what the sandbox has really done and what the rows say. */
export async function judge(stage: Stage, cast: Cast, recoveredFrom: (targetId: string) => number): Promise<Verdict> {
  const verdict = weigh(cast.posts, await readTargets(stage), await readLedgers(stage, cast), recoveredFrom);
  const disturbance = await stage.disturbance();
  const others = disturbance === null ? [] : [`rows of another workspace: ${disturbance}`];
  return { ...verdict, violations: [...verdict.violations, ...(await readFeeds(stage)).flatMap(misnumbered), ...others] };
}

/** The events of a workspace and their numbers. */
export interface FeedRow {
  readonly workspaceId: string;
  readonly events: number;
  readonly numbered: number;
  readonly numbers: number;
  readonly first: number | null;
  readonly last: number | null;
  readonly counter: number | null;
}

/** Each event has a number of its own, from 1 without a gap, and none is left out. */
export function misnumbered({ workspaceId, events, numbered, numbers, first, last, counter }: FeedRow): string[] {
  const isRight = numbered === events && numbers === events && first === 1 && last === events && counter === last;
  return isRight ? [] : [`the feed of ${workspaceId}: ${events} events, ${numbered} numbered, ${numbers} numbers from ${first} to ${last}, counted to ${counter}`];
}

/** Relays take what is committed within a moment; the last outcome may be as young as that. */
async function readFeeds(stage: Stage): Promise<FeedRow[]> {
  for (let look = 0; ; look += 1) {
    const feeds = await stage.query<FeedRow>(`
      SELECT e.workspace_id AS "workspaceId", count(*)::int AS events, count(seq)::int AS numbered, count(DISTINCT seq)::int AS numbers,
             min(seq)::int AS first, max(seq)::int AS last, max(c.last_seq)::int AS counter
      FROM event e LEFT JOIN event_sequence c USING (workspace_id) GROUP BY 1`);
    if (look >= 40 || feeds.every(({ events, numbered }) => numbered === events)) return feeds;
    await pause(500);
  }
}

export function weigh(posts: readonly Promised[], targets: readonly TargetRow[], { captions, comments }: Ledgers, recoveredFrom: (targetId: string) => number): Verdict {
  const rows = new Map(targets.map((row) => [row.id, row]));
  const violations: string[] = [];
  let [lost, duplicates, unconfirmed] = [0, 0, 0];
  const recoveries: number[] = [];
  for (const { targetId, caption, comment } of posts) {
    const row = rows.get(targetId);
    const live = captions.get(caption) ?? [];
    const written = comment === null ? 0 : (comments.get(comment) ?? 0);
    duplicates += Math.max(0, live.length - 1) + Math.max(0, written - 1);
    if (!row) {
      violations.push(`${caption}: its row is gone`);
      if (live.length === 0) lost += 1;
      continue;
    }
    if (row.status === 'unconfirmed') unconfirmed += 1;
    if (live.length === 0 && !(row.step === 'done' && (row.status === 'failed' || row.status === 'unconfirmed'))) lost += 1;
    const problems = [...contradictions(row, live), ...(isCommentMissing(row, comment, written) ? ['its first comment is missing, and nothing says so'] : [])];
    violations.push(...problems.map((sentence) => `${caption}: ${sentence}`));
    const seconds = (row.updatedAt.getTime() - recoveredFrom(targetId)) / 1000;
    if (seconds > 0) recoveries.push(seconds);
  }
  return { posts: posts.length, lost, duplicates, unconfirmed, recoveries: recoveries.sort((a, b) => a - b), violations };
}

/** What a row says that is not so, and events that are missing or told twice. */
function contradictions(row: TargetRow, live: readonly string[]): string[] {
  const { status, step, events } = row;
  const count = (type: string): number => events[type] ?? 0;
  const problems: string[] = [];
  // A row that is held waits for a person, and nothing here gives it a reason to.
  if (step !== 'done') problems.push(`not finished: ${status} in ${step} (${row.hold ? `held: ${row.hold}` : (row.error ?? 'no error')})`);
  if (status === 'failed' && live.length > 0) problems.push('shown as failed and live');
  if (status === 'published' && live.length === 0) problems.push('shown as published and not live');
  if (row.remoteId !== null && live.length > 0 && !live.includes(row.remoteId)) problems.push('bound to the post of somebody else');
  if (row.isHeldTooLong) problems.push('leased beyond its time');
  const expected = { 'post.created': 1, 'post.processed': step === 'done' ? 1 : 0, 'platform_post.published': status === 'published' ? 1 : 0, 'platform_post.failed': status === 'failed' ? 1 : 0 };
  for (const [type, times] of Object.entries(expected)) if (count(type) !== times) problems.push(`event ${type} ${count(type)} times instead of ${times}`);
  for (const type of toldOnceAtMost) if (count(type) > 1) problems.push(`event ${type} ${count(type)} times`);
  return problems;
}

const toldOnceAtMost = ['platform_post.unconfirmed', 'platform_post.identified', 'platform_post.comment_unconfirmed'];

/** A post without a known id has nothing to comment on. */
function isCommentMissing({ status, step, remoteId, error, events }: TargetRow, comment: string | null, written: number): boolean {
  if (comment === null || written > 0 || status !== 'published' || step !== 'done' || remoteId === null) return false;
  return error === null && !events['platform_post.comment_unconfirmed'];
}

async function readTargets(stage: Stage): Promise<TargetRow[]> {
  return stage.query<TargetRow>(`
    SELECT t.id, t.status, t.step, t.hold, t.error, t.remote_id AS "remoteId", t.updated_at AS "updatedAt",
           t.lease IS NOT NULL AND t.leased_until > now() + interval '15 seconds' OR t.step = 'done' AND t.due_at IS NULL AND t.lease IS NOT NULL AS "isHeldTooLong",
           coalesce((SELECT jsonb_object_agg(type, number) FROM (SELECT type, count(*)::int AS number FROM event e WHERE e.workspace_id = t.workspace_id AND e.post_id = t.post_id GROUP BY type) counted), '{}') AS events
    FROM platform_post t`);
}

async function readLedgers(stage: Stage, cast: Cast): Promise<Ledgers> {
  const captions = new Map<string, string[]>();
  const comments = new Map<string, number>();
  for (const { userId } of cast.brands) {
    const ledger = await stage.sandbox.ledger(userId);
    for (const { id, caption } of ledger.media) if (caption !== null) captions.set(caption, [...(captions.get(caption) ?? []), id]);
    for (const { text } of ledger.comments) comments.set(text, (comments.get(text) ?? 0) + 1);
  }
  return { captions, comments };
}
