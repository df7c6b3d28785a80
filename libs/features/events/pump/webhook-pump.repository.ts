import { Injectable } from '@nestjs/common';
import { after, seconds } from '#kernel/clock';
import { newId } from '#kernel/ids';
import { secretContext, webhookSecret } from '#infra/crypto/encrypted-columns';
import { TokenCipher } from '#infra/crypto/token-cipher';
import { Prisma, SystemDatabase } from '#infra/database/database';
import { Gathered } from '#infra/database/gathered';
import { toEventRow, type OutboxEvent } from '#infra/outbox/outbox-event';
import type { DisableReason } from './endpoint-standing.js';
import type { DueDelivery, PumpHold, Standing } from './pump-hold.js';
import { toDelivery, toHold, type DeliveryRow, type HoldRow } from './webhook-pump.mapper.js';
import { toSigningKey, type SigningKey } from './webhook-signature.js';

/** How long a worker is trusted without a sign of life. It renews at a third of it, and with each batch of outcomes. */
export const pumpLease = seconds(30);
/** How long a queued job is trusted to reach a worker before the pump is handed out again. */
const dispatchTrust = seconds(15);
/** Pumps handed out by one statement; when there are more, the next follows at once. */
export const pumpBatch = 500;

/** Of one statement, each with the outcomes of many calls. */
const mostSettlements = 200;

export interface DuePump {
  readonly workspaceId: string;
  readonly endpointId: string;
  readonly dispatches: number;
}

export interface Settlement {
  readonly hold: PumpHold;
  readonly standing: Standing;
  readonly now: Date;
  /** Lets go of the pump, and says when it is due next. */
  readonly releases: boolean;
  readonly disabled: DisableReason | null;
  /** Of `settledDelivery` or `cancelledDelivery`. */
  readonly outcomes: readonly object[];
  readonly events: readonly OutboxEvent[];
}

/** What is left after a settlement: the lease and somebody who wants deliveries as they did when it was taken, or only the lease, or nothing. */
export type Remaining = 'wanted' | 'unwanted' | 'lost';

/** A time until when a pump is somebody's. What lies further ahead than anybody may write came from a wrong clock and does not count. */
const stands = (until: Prisma.Sql, now: Date, trust: number): Prisma.Sql => Prisma.sql`(${until} > ${now} AND ${until} <= ${after(now, 2 * trust)}) IS TRUE`;
const isFree = (now: Date): Prisma.Sql => Prisma.sql`p.due_at <= ${now} AND NOT ${stands(Prisma.sql`p.leased_until`, now, pumpLease)} AND (p.breaker <> 'open' OR p.breaker_until <= ${now})`;

/** Pumps, the deliveries that are due in them, and what became of these. */
@Injectable()
export class WebhookPumpRepository {
  private readonly settlements = new Gathered<Settlement, Remaining>((asked) => this.settleAll(asked), mostSettlements);

  constructor(
    private readonly database: SystemDatabase,
    private readonly cipher: TokenCipher,
  ) {}

  /** Claims due pumps for the queue. One whose job was lost comes back by itself. */
  claimDue(now: Date): Promise<DuePump[]> {
    return this.database.direct.$queryRaw<DuePump[]>(Prisma.sql`
      WITH due AS (
        SELECT p.workspace_id, p.endpoint_id FROM webhook_pump p JOIN webhook_endpoint e ON e.workspace_id = p.workspace_id AND e.id = p.endpoint_id AND e.enabled
        WHERE ${isFree(now)} AND NOT ${stands(Prisma.sql`p.dispatched_until`, now, dispatchTrust)}
        ORDER BY p.due_at LIMIT ${pumpBatch} FOR UPDATE OF p SKIP LOCKED
      )
      UPDATE webhook_pump p SET dispatched_until = ${after(now, dispatchTrust)}, dispatches = p.dispatches + 1
      FROM due WHERE p.workspace_id = due.workspace_id AND p.endpoint_id = due.endpoint_id
      RETURNING p.workspace_id AS "workspaceId", p.endpoint_id AS "endpointId", p.dispatches`);
  }

  /** Since when the pump has been due that has waited longest for a worker; null: none waits. */
  async oldestDue(now: Date): Promise<Date | null> {
    const [row] = await this.database.direct.$queryRaw<{ dueAt: Date | null }[]>(Prisma.sql`
      SELECT min(p.due_at) AS "dueAt" FROM webhook_pump p JOIN webhook_endpoint e ON e.workspace_id = p.workspace_id AND e.id = p.endpoint_id AND e.enabled WHERE ${isFree(now)}`);
    return row?.dueAt ?? null;
  }

  /** Takes the pump for one worker; null: it is not due, somebody has it, or nobody wants deliveries. */
  async acquire(workspaceId: string, endpointId: string, now: Date): Promise<PumpHold | null> {
    const [row] = await this.database.direct.$queryRaw<HoldRow[]>(Prisma.sql`
      UPDATE webhook_pump p SET lease = ${newId('lease')}, leased_until = ${after(now, pumpLease)}, dispatched_until = NULL
      FROM webhook_endpoint e
      WHERE p.workspace_id = ${workspaceId} AND p.endpoint_id = ${endpointId} AND e.workspace_id = p.workspace_id AND e.id = p.endpoint_id AND e.enabled AND ${isFree(now)}
      RETURNING p.*, e.url, e.profile_group_id, e.max_concurrency, e.max_per_second`);
    return row ? toHold(row) : null;
  }

  /** What signs, the newest first; during a rotation those before it too. */
  async signingKeys(workspaceId: string, endpointId: string, now: Date): Promise<SigningKey[]> {
    const rows = await this.database.webhookSecret.findMany({
      where: { workspaceId, endpointId, OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] }, orderBy: { id: 'desc' }, take: 5, select: { id: true, secret: true },
    });
    return rows.map(({ id, secret }) => toSigningKey(this.cipher.decrypt(secret, secretContext(webhookSecret, workspaceId, id))));
  }

  /** The deliveries that are due, in order, from beyond `last` on. */
  async dueDeliveries({ workspaceId, endpointId }: PumpHold, last: DueDelivery | null, now: Date, limit: number): Promise<DueDelivery[]> {
    const rows = await this.database.direct.$queryRaw<DeliveryRow[]>(Prisma.sql`
      SELECT d.id, d.created_at, d.event_id, d.event_type, d.event_created_at, d.kind::text AS kind, d.attempts, d.next_attempt_at, d.body,
             e.id AS found_id, e.profile_group_id, e.type, e.data, e.seq
      FROM webhook_delivery d
      LEFT JOIN event e ON d.body IS NULL AND e.workspace_id = d.workspace_id AND e.id = d.event_id AND e.created_at = d.event_created_at
      WHERE d.workspace_id = ${workspaceId} AND d.endpoint_id = ${endpointId} AND d.state = 'pending' AND d.next_attempt_at <= ${now}
        AND (d.next_attempt_at, d.id) > (${last?.nextAttemptAt ?? beginning}::timestamptz, ${last?.id ?? ''})
      ORDER BY d.next_attempt_at, d.id LIMIT ${limit}`);
    return rows.map((row) => toDelivery(workspaceId, row));
  }

  /** False: the lease is gone, or the endpoint is not wanted any more as it was when the lease was taken. */
  async renew({ workspaceId, endpointId, lease, epoch }: PumpHold, now: Date): Promise<boolean> {
    const [row] = await this.database.direct.$queryRaw<{ isWanted: boolean }[]>(Prisma.sql`
      UPDATE webhook_pump p SET leased_until = ${after(now, pumpLease)} FROM webhook_endpoint e
      WHERE p.workspace_id = ${workspaceId} AND p.endpoint_id = ${endpointId} AND p.lease = ${lease} AND e.workspace_id = p.workspace_id AND e.id = p.endpoint_id
      RETURNING e.enabled AND p.epoch = ${epoch} AS "isWanted"`);
    return row?.isWanted ?? false;
  }

  /** Outcomes, what the endpoint's calls have shown, and what is told of it: one transaction, shared with other pumps that settle at this moment. */
  settle(settlement: Settlement): Promise<Remaining> {
    return this.settlements.ask(settlement);
  }

  private async settleAll(asked: readonly Settlement[]): Promise<Remaining[]> {
    const told = asked.flatMap(({ hold, events }) => events.map((event) => ({ lease: hold.lease, ...toEventRow(event) })));
    const rows = await this.database.direct.$queryRaw<{ held: string; wanted: boolean }[]>(Prisma.sql`
      SELECT held, wanted FROM settle_deliveries(${JSON.stringify(asked.map(toRun))}::jsonb, ${JSON.stringify(asked.flatMap(({ outcomes }) => outcomes))}::jsonb, ${JSON.stringify(told)}::jsonb)`);
    const held = new Map(rows.map((row) => [row.held, row.wanted]));
    return asked.map(({ hold }) => (held.has(hold.lease) ? (held.get(hold.lease) ? 'wanted' : 'unwanted') : 'lost'));
  }
}

const beginning = new Date(0);

function toRun({ hold, standing: { breaker, health }, now, releases, disabled }: Settlement): object {
  return {
    workspace_id: hold.workspaceId, endpoint_id: hold.endpointId, lease: hold.lease, epoch: hold.epoch, until: after(now, pumpLease), present: now, releases, disabled_reason: disabled,
    breaker: breaker.state, breaker_until: breaker.until, breaker_successes: breaker.successes, window_started_at: breaker.windowStartedAt, window_requests: breaker.requests, window_failures: breaker.failures,
    last_success_at: health.lastSuccessAt, last_failure_at: health.lastFailureAt, failing_since: health.failingSince, alerted_percent: health.alertedPercent,
  };
}
