import { Injectable } from '@nestjs/common';
import { AppError, validationFailed } from '#kernel/app-error';
import { after, Clock } from '#kernel/clock';
import { UnitOfWork } from '#infra/writes/unit-of-work';
import { keysetPage, type Paging } from '#infra/http/list-query';
import { newApiKey } from './api-key.js';
import { ApiKeyCache } from './api-key.cache.js';
import { ApiKeyRepository, type StoredApiKey } from './api-key.repository.js';
import { expiryProblem, keyFacts, missingPermission } from './api-key.rules.js';
import type { CallerIdentity } from './caller.js';
import { permissions, type Permission } from './permission.js';
import { refuseVanishedGroup } from './vanished-group.js';
import { ProfileGroupRepository } from './profile-group.repository.js';

/** A key and its text, which is shown this once and kept nowhere. */
export interface IssuedApiKey {
  readonly stored: StoredApiKey;
  readonly key: string;
}

export interface ApiKeyRequest {
  readonly name: string;
  /** Default: the caller's own. */
  readonly permissions: readonly Permission[] | null;
  readonly profileGroupId: string | null;
  readonly expiresAt: Date | null;
}

/** Keys, managed by a key: none is ever wider than the one that makes or renews it, in what, where and how long. */
@Injectable()
export class ApiKeyService {
  constructor(
    private readonly keys: ApiKeyRepository,
    private readonly groups: ProfileGroupRepository,
    private readonly cache: ApiKeyCache,
    private readonly clock: Clock,
    private readonly writes: UnitOfWork,
  ) {}

  /** Newest first; a key of a group sees its group's. */
  async list(caller: CallerIdentity, paging: Paging): Promise<{ keys: readonly StoredApiKey[]; total?: number; nextCursor: string | null }> {
    const where = { profileGroupId: caller.keyGroupId };
    const part = paging.mode === 'page' ? { cursor: null, skip: paging.page * paging.perPage, limit: paging.perPage } : { ...paging, skip: 0 };
    const [found, total] = await Promise.all([
      this.keys.listPage(caller.workspaceId, { ...where, cursor: part.cursor, skip: part.skip, limit: part.limit + 1 }),
      paging.mode === 'page' ? this.keys.count(caller.workspaceId, where.profileGroupId) : undefined,
    ]);
    const { rows, nextCursor } = keysetPage(found, part.limit);
    return { keys: rows, nextCursor, ...(total !== undefined && { total }) };
  }

  /** @throws AppError permission_denied, not_found for a group that is not the caller's, validation_failed for a wrong expiry */
  async create<A>(caller: CallerIdentity, request: ApiKeyRequest, show: (issued: IssuedApiKey) => A): Promise<A> {
    const own = await this.ownKey(caller);
    const wanted = request.permissions ?? permissions.filter((permission) => own.permissions.includes(permission));
    requireNoWider(own, wanted);
    const now = this.clock.now();
    const expiresAt = request.expiresAt ?? own.expiresAt;
    const problem = expiryProblem(expiresAt, own.expiresAt, now);
    if (problem) throw validationFailed([problem]);
    const profileGroupId = await this.groupFor(caller, request.profileGroupId);
    const { text, parsed } = newApiKey();
    return this.writes.run(caller.workspaceId, async ({ tx, record }) => {
      const stored = await this.keys.create(caller.workspaceId, { name: request.name, permissions: wanted, profileGroupId, expiresAt, key: parsed, now }, tx).catch(refuseVanishedGroup);
      record({ action: 'api_key.created', targetId: stored.id, profileGroupId, after: keyFacts(stored) });
      return { stored, key: text };
    }, show);
  }

  /**
   * A new secret; the old one goes on for `overlapMs`.
   * @throws AppError not_found, permission_denied for a wider key, state_conflict for one that has ended or was rotated already
   */
  async rotate<A>(caller: CallerIdentity, id: string, overlapMs: number, show: (issued: IssuedApiKey) => A): Promise<A> {
    const [own, old] = [await this.ownKey(caller), await this.visibleKey(caller, id)];
    requireNoWider(own, old.permissions);
    // Whoever holds the new secret holds its time, too.
    if (own.expiresAt && own.id !== old.id && (!old.expiresAt || old.expiresAt > own.expiresAt)) throw new AppError('permission_denied');
    const now = this.clock.now();
    const { text, parsed } = newApiKey();
    const answer = await this.writes.run(caller.workspaceId, async ({ tx, record }) => {
      const stored = await this.keys.rotate(caller.workspaceId, id, { key: parsed, oldEndsAt: after(now, overlapMs), now }, tx).catch(refuseVanishedGroup);
      if (!stored) throw new AppError('state_conflict', 'The key has been rotated or revoked already, or has expired');
      record({ action: 'api_key.rotated', targetId: id, profileGroupId: old.profileGroupId, before: keyFacts(old), after: keyFacts(stored) });
      return { stored, key: text };
    }, show);
    this.cache.forget(`key:${old.prefix}`);
    return answer;
  }

  /** @throws AppError not_found, permission_denied for a wider key */
  async revoke<A>(caller: CallerIdentity, id: string, show: () => A): Promise<A> {
    const [own, key] = [await this.ownKey(caller), await this.visibleKey(caller, id)];
    requireNoWider(own, key.permissions);
    const answer = await this.writes.run(caller.workspaceId, async ({ tx, record }) => {
      const revoked = await this.keys.revoke(caller.workspaceId, id, this.clock.now(), tx);
      if (!revoked) throw new AppError('not_found');
      record({ action: 'api_key.revoked', targetId: id, profileGroupId: key.profileGroupId, before: keyFacts(key), after: keyFacts(revoked) });
    }, show);
    // The others hear of it from PostgreSQL; here it must not outlive the answer.
    this.cache.forget(`key:${key.prefix}`);
    return answer;
  }

  /** As it is now, not as the guard remembers it: handing out rights is worth a query. */
  private async ownKey(caller: CallerIdentity): Promise<StoredApiKey> {
    const own = await this.keys.find(caller.workspaceId, caller.keyId);
    if (!own || own.revokedAt) throw new AppError('invalid_api_key');
    return own;
  }

  private async visibleKey(caller: CallerIdentity, id: string): Promise<StoredApiKey> {
    const key = await this.keys.find(caller.workspaceId, id);
    if (!key || (caller.keyGroupId && key.profileGroupId !== caller.keyGroupId)) throw new AppError('not_found');
    return key;
  }

  private async groupFor(caller: CallerIdentity, requested: string | null): Promise<string | null> {
    if (!requested) return caller.keyGroupId;
    const group = await this.groups.findForCall(caller.workspaceId, { requested, keyGroupId: caller.keyGroupId });
    if (!group) throw new AppError('not_found', 'Profile group not found');
    return group.id;
  }
}

function requireNoWider(own: StoredApiKey, wanted: readonly string[]): void {
  const permission = missingPermission(own.permissions, wanted);
  if (permission) throw new AppError('permission_denied', undefined, { details: { permission } });
}
