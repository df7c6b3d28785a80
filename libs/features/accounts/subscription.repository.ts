import { Injectable } from '@nestjs/common';
import { after, minutes } from '#kernel/clock';
import { SystemDatabase } from '#infra/database/database';

/** Longer than any call: a process that died is followed by another after that. */
const leaseLength = minutes(2);

export interface DueSubscription {
  readonly workspaceId: string;
  readonly id: string;
  readonly network: string;
  readonly permissions: readonly string[];
  /** Names this tenure: once the row says another time, whoever holds this one changes nothing. */
  readonly leasedUntil: Date;
}

export interface SubscriptionOutcome {
  /** Null: it failed, and what was subscribed before is left as it stands. */
  readonly subscribed: { readonly fields: readonly string[]; readonly at: Date | null } | null;
  readonly error: string | null;
  readonly nextAt: Date;
}

/** Which profile's events are to be subscribed when, and by whom. */
@Injectable()
export class SubscriptionRepository {
  constructor(private readonly database: SystemDatabase) {}

  /** Takes the active profile that is due first, over all workspaces, like the planner. Null: none is. */
  async claim(now: Date): Promise<DueSubscription | null> {
    const leasedUntil = after(now, leaseLength);
    const [row] = await this.database.$queryRaw<Omit<DueSubscription, 'leasedUntil'>[]>`
      WITH due AS (
        SELECT workspace_id, id FROM profile WHERE status = 'active' AND webhook_due_at <= ${now}
        ORDER BY webhook_due_at LIMIT 1
        FOR UPDATE SKIP LOCKED
      )
      UPDATE profile p SET webhook_due_at = ${leasedUntil} FROM due WHERE p.workspace_id = due.workspace_id AND p.id = due.id
      RETURNING p.workspace_id AS "workspaceId", p.id, p.network, p.permissions`;
    return row ? { ...row, leasedUntil } : null;
  }

  /** False: the profile was connected anew or taken out meanwhile, and is due by itself. */
  async settle({ workspaceId, id, leasedUntil }: DueSubscription, { subscribed, error, nextAt }: SubscriptionOutcome): Promise<boolean> {
    const { count } = await this.database.profile.updateMany({
      where: { workspaceId, id, webhookDueAt: leasedUntil },
      data: { webhookError: error, webhookDueAt: nextAt, ...(subscribed ? { webhookFields: [...subscribed.fields], webhookSubscribedAt: subscribed.at } : {}) },
    });
    return count === 1;
  }
}
