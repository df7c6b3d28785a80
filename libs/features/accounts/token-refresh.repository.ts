import { Injectable } from '@nestjs/common';
import { after, days, minutes } from '#kernel/clock';
import { newId } from '#kernel/ids';
import { SystemDatabase } from '#infra/database/database';
import { writeEvents } from '#infra/outbox/outbox.repository';
import { dueNotice, type AccountLoss } from './account-loss.rules.js';
import { profileEvent } from './profile-event.js';
import { loseProfiles } from './profile-posts.repository.js';

/** Longer than any call: a process that died is followed by another after that. */
const leaseLength = minutes(2);

export interface StaleToken {
  readonly workspaceId: string;
  readonly id: string;
  readonly network: string;
  /** Sealed. */
  readonly accessToken: string;
  readonly tokenExpiresAt: Date;
  /** Names this tenure: whoever does not hold it any more changes nothing. */
  readonly lease: string;
}

type Tenure = Pick<StaleToken, 'workspaceId' | 'id' | 'lease'>;

/** Who renews which token: a lease on the profile's row, so that one process at a time does. */
@Injectable()
export class TokenRefreshRepository {
  constructor(private readonly database: SystemDatabase) {}

  /**
   * Takes the active profile whose token runs out first, of those that run out before `expiresBefore` and were given at
   * `issuedBefore` or earlier (or nobody knows when). Over all workspaces, like the planner. Null: none is left.
   */
  async claim(network: string, due: { expiresBefore: Date; issuedBefore: Date }, now: Date): Promise<StaleToken | null> {
    const lease = newId('lease');
    const [row] = await this.database.$queryRaw<Omit<StaleToken, 'lease'>[]>`
      WITH stale AS (
        SELECT workspace_id, id FROM profile
        WHERE status = 'active' AND network = ${network} AND token_expires_at <= ${due.expiresBefore}
          AND (token_issued_at IS NULL OR token_issued_at <= ${due.issuedBefore})
          AND (refresh_after IS NULL OR refresh_after <= ${now})
          AND (refresh_leased_until IS NULL OR refresh_leased_until <= ${now})
        ORDER BY token_expires_at LIMIT 1
        FOR UPDATE SKIP LOCKED
      )
      UPDATE profile p SET refresh_lease = ${lease}, refresh_leased_until = ${after(now, leaseLength)}
      FROM stale WHERE p.workspace_id = stale.workspace_id AND p.id = stale.id
      RETURNING p.workspace_id AS "workspaceId", p.id, p.network, p.access_token AS "accessToken", p.token_expires_at AS "tokenExpiresAt"`;
    return row ? { ...row, lease } : null;
  }

  /** The old token is in the row until this one is. False: the lease is gone, e.g. because the person has connected anew. */
  async store({ workspaceId, id, lease }: Tenure, token: { sealed: string; expiresAt: Date }, now: Date): Promise<boolean> {
    const { count } = await this.database.profile.updateMany({
      where: { workspaceId, id, refreshLease: lease, status: 'active' },
      data: { ...released, accessToken: token.sealed, tokenExpiresAt: token.expiresAt, tokenIssuedAt: now, refreshAfter: null, expiryNotice: null, updatedAt: now },
    });
    return count === 1;
  }

  async postpone({ workspaceId, id, lease }: Tenure, until: Date): Promise<void> {
    await this.database.profile.updateMany({ where: { workspaceId, id, refreshLease: lease }, data: { ...released, refreshAfter: until } });
  }

  /** The token is dead, or the account blocked: the profile is lost, its event says so and its posts are held in the same transaction. */
  async lose({ workspaceId, id, lease }: Tenure, loss: AccountLoss, now: Date): Promise<boolean> {
    return this.database.$transaction(async (tx) => (await loseProfiles(tx, { workspaceId, id, refreshLease: lease }, loss, { ...released, now })).length === 1);
  }

  /**
   * Warns once that a token runs out, with the mark that it was done: of the first that is due for a warning nearer to its end than the
   * last. Not while it is being renewed. Null: none is left.
   */
  async warnNext(notices: readonly number[], now: Date): Promise<number | null> {
    return this.database.$transaction(async (tx) => {
      const [due] = await tx.$queryRaw<{ workspaceId: string; id: string }[]>`
        SELECT workspace_id AS "workspaceId", id FROM profile
        WHERE status = 'active' AND token_expires_at > ${now} AND (refresh_leased_until IS NULL OR refresh_leased_until <= ${now})
          AND EXISTS (SELECT FROM unnest(${[...notices]}::int[]) limit_days
                      WHERE token_expires_at <= ${now}::timestamptz + limit_days * interval '24 hours' AND (expiry_notice IS NULL OR expiry_notice > limit_days))
        ORDER BY token_expires_at LIMIT 1 FOR UPDATE SKIP LOCKED`;
      const profile = due && (await tx.profile.findFirst({ where: { workspaceId: due.workspaceId, id: due.id } }));
      if (!profile?.tokenExpiresAt) return null;
      const left = profile.tokenExpiresAt.getTime() - now.getTime();
      const notice = dueNotice(left, notices);
      if (notice === null) return null;
      await tx.profile.updateMany({ where: { workspaceId: profile.workspaceId, id: profile.id }, data: { expiryNotice: notice } });
      const told = { expires_at: profile.tokenExpiresAt.toISOString(), days_left: Math.floor(left / days(1)) };
      await writeEvents(tx, [profileEvent('token.expiring', profile, now, told)]);
      return notice;
    });
  }
}

const released = { refreshLease: null, refreshLeasedUntil: null };
