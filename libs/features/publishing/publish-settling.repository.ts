import { after } from '#kernel/clock';
import { Prisma, type SqlRunner } from '#infra/database/database';
import { toEventRow, type OutboxEvent } from '#infra/outbox/outbox-event';
import { postProcessedEvent } from './publish-events.js';
import { leaseLength } from './publish-lease.repository.js';
import { toColumns } from './publish-target.mapper.js';
import type { PublishTarget, StatePatch } from './publish-target.js';

export interface AttemptOutcome {
  readonly id: string;
  /** `ok` or the error class. */
  readonly outcome: string;
  readonly code: number | null;
  readonly subcode: number | null;
  readonly message: string | null;
}

export interface SettledChange {
  readonly patch: StatePatch;
  /** Lets go of the row. */
  readonly releases: boolean;
  readonly attempt: AttemptOutcome | null;
  readonly events: readonly OutboxEvent[];
}

export interface Tenure {
  readonly target: PublishTarget;
  readonly lease: string;
  readonly now: Date;
}

export type TargetChange = Tenure & SettledChange;

/** Outcomes in one statement; `settle_targets` says how. Answers whether each one's lease still held. */
export async function settleAll(runner: SqlRunner, changes: readonly TargetChange[]): Promise<boolean[]> {
  const rows = await runner.$queryRaw<{ lease: string }[]>(Prisma.sql`SELECT settle_targets(${JSON.stringify(changes.map(toRow))}::jsonb) AS lease`);
  const kept = new Set(rows.map((row) => row.lease));
  return changes.map(({ lease }) => kept.has(lease));
}

function toRow({ target, lease, now, patch, releases, attempt, events }: TargetChange): object {
  const { workspaceId, postId, profileGroupId, body } = target;
  return {
    workspace_id: workspaceId,
    id: target.id,
    lease,
    present: now,
    until: releases ? null : after(now, leaseLength),
    patch: toColumns(patch),
    attempt,
    events: events.map(toEventRow),
    closing: patch.step === 'done' ? toEventRow(postProcessedEvent({ workspaceId, profileGroupId, id: postId, body, ...target.post }, now)) : null,
  };
}
