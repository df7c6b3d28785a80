import { Injectable } from '@nestjs/common';
import { newId } from '#kernel/ids';
import { Database } from '#infra/database/database';
import { throwVanished } from '#infra/database/vanished-reference';
import type { Keyset } from '#infra/http/list-query';
import type { Transaction } from '#infra/writes/unit-of-work';
import { findMissed } from './missed-events.repository.js';
import type { MissedEvents, WebhookFields, WebhookRecord } from './webhook.record.js';

const withPump = { pump: { select: { lastSuccessAt: true, failingSince: true } } } as const;

type Row = Omit<WebhookRecord, 'lastSuccessAt' | 'failingSince'> & { readonly pump: Pick<WebhookRecord, 'lastSuccessAt' | 'failingSince'> | null };

/** Subscriptions. `groupId` is the group that a key is limited to; null: it sees all of the workspace. */
@Injectable()
export class WebhookRepository {
  constructor(private readonly database: Database) {}

  /** By id; with a keyset one more than its limit. */
  async list(workspaceId: string, groupId: string | null, keyset: Keyset | null): Promise<WebhookRecord[]> {
    const rows = await this.database.webhookEndpoint.findMany({
      where: { workspaceId, ...(groupId && { profileGroupId: groupId }), ...(keyset?.cursor && { id: { gt: keyset.cursor } }) },
      orderBy: { id: 'asc' },
      ...(keyset && { take: keyset.limit + 1 }),
      include: withPump,
    });
    return rows.map(toRecord);
  }

  async find(workspaceId: string, groupId: string | null, id: string, tx: Transaction = this.database): Promise<WebhookRecord | null> {
    const row = await tx.webhookEndpoint.findFirst({ where: { workspaceId, id, ...(groupId && { profileGroupId: groupId }) }, include: withPump });
    return row && toRecord(row);
  }

  /** The same, and holds whoever else wants to change it, or to make a delivery by hand, until the transaction ends. */
  async hold(workspaceId: string, groupId: string | null, id: string, tx: Transaction): Promise<WebhookRecord | null> {
    await tx.$executeRaw`SELECT 1 FROM webhook_endpoint WHERE workspace_id = ${workspaceId} AND id = ${id} FOR UPDATE`;
    return this.find(workspaceId, groupId, id, tx);
  }

  /** How many there are. Until the transaction ends nobody else counts. */
  async countForMore(workspaceId: string, tx: Transaction): Promise<number> {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('heliograph webhooks'), hashtext(${workspaceId}))`;
    return tx.webhookEndpoint.count({ where: { workspaceId } });
  }

  /** Of these profiles, those that the workspace does not have, or not in this group. */
  async unknownProfiles(workspaceId: string, groupId: string | null, ids: readonly string[]): Promise<string[]> {
    if (ids.length === 0) return [];
    const found = await this.database.profile.findMany({ where: { workspaceId, id: { in: [...ids] }, removedAt: null, ...(groupId && { profileGroupId: groupId }) }, select: { id: true } });
    const known = new Set(found.map(({ id }) => id));
    return ids.filter((id) => !known.has(id));
  }

  /** With its pump. @throws VanishedReferenceError when its group was deleted meanwhile */
  async create(workspaceId: string, input: WebhookFields & { profileGroupId: string | null; verifiedAt: Date | null; now: Date }, tx: Transaction): Promise<string> {
    const { now, events, profileIds, ...fields } = input;
    const id = newId('webhookEndpoint');
    await tx.webhookEndpoint.create({ data: { workspaceId, id, ...fields, events: [...events], profileIds: [...profileIds], createdAt: now, updatedAt: now } }).catch(throwVanished);
    await tx.webhookPump.create({ data: { workspaceId, endpointId: id } });
    return id;
  }

  async update(workspaceId: string, id: string, change: Partial<WebhookFields> & { verifiedAt?: Date | null; now: Date }, tx: Transaction): Promise<void> {
    const { now, events, profileIds, ...fields } = change;
    await tx.webhookEndpoint.updateMany({
      where: { workspaceId, id },
      data: { ...fields, ...(events && { events: [...events] }), ...(profileIds && { profileIds: [...profileIds] }), updatedAt: now },
    });
  }

  /** Nothing is sent any more; what waits stays. */
  async pause(workspaceId: string, id: string, now: Date, tx: Transaction): Promise<void> {
    const sequence = await tx.eventSequence.findFirst({ where: { workspaceId } });
    await tx.webhookEndpoint.updateMany({ where: { workspaceId, id }, data: { enabled: false, disabledReason: 'paused', disabledAt: now, disabledSeq: sequence?.lastSeq ?? 0n } });
  }

  /** @returns what it missed meanwhile; its filters are those that it has by now */
  async resume(workspaceId: string, before: WebhookRecord, now: Date, tx: Transaction): Promise<MissedEvents | null> {
    const { id } = before;
    const missed = await findMissed(workspaceId, before, now, tx);
    await tx.webhookEndpoint.updateMany({ where: { workspaceId, id }, data: { enabled: true, disabledReason: null, disabledAt: null, disabledSeq: null } });
    await this.beginAnew(workspaceId, id, now, tx);
    return missed;
  }

  /** What was known of its health does not count any more, also what a pump that runs at this moment has found out; what is due is tried at once. */
  async beginAnew(workspaceId: string, id: string, now: Date, tx: Transaction): Promise<void> {
    await tx.webhookPump.updateMany({
      where: { workspaceId, endpointId: id },
      data: { epoch: { increment: 1 }, dueAt: now, failingSince: null, alertedPercent: 0, breaker: 'closed', breakerUntil: null, breakerSuccesses: 0, windowStartedAt: null, windowRequests: 0, windowFailures: 0 },
    });
  }

  /** With its secrets, its pump and its replays; what waits for it is cancelled by a trigger, in the same transaction. */
  async delete(workspaceId: string, id: string, tx: Transaction): Promise<void> {
    await tx.webhookEndpoint.deleteMany({ where: { workspaceId, id } });
  }
}

function toRecord({ pump, ...row }: Row): WebhookRecord {
  return { ...row, lastSuccessAt: pump?.lastSuccessAt ?? null, failingSince: pump?.failingSince ?? null };
}
