import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '#kernel/app-error';
import { Clock } from '#kernel/clock';
import { PUBLIC_METADATA } from '#infra/http/public.decorator';
import { identifyContext } from '#infra/logging/request-context';
import { parseApiKey } from './api-key.js';
import { ApiKeyCache } from './api-key.cache.js';
import type { CallKey } from './api-key-lookup.repository.js';
import { ApiKeyUses } from './api-key-uses.js';
import { rememberCaller } from './caller.js';
import { NEEDS_METADATA } from './needs.decorator.js';
import type { Permission } from './permission.js';
import { RateLimiter, type RateVerdict } from './rate-limiter.js';

/**
 * Every route needs a key unless it is marked `@Public()`, and the key needs the permission that the route declares. Missing,
 * malformed, unknown, revoked and expired look the same.
 */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly keys: ApiKeyCache,
    private readonly uses: ApiKeyUses,
    private readonly limiter: RateLimiter,
    private readonly clock: Clock,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (this.reflector.getAllAndOverride<boolean | undefined>(PUBLIC_METADATA, [context.getHandler(), context.getClass()])) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const group = requestedGroup(request);
    // Before the validation of the query: what is no id names no group.
    const isNameable = group === null || /^[A-Za-z0-9_-]{1,64}$/.test(group);
    const key = await this.authenticate(offeredKey(request), isNameable ? group : null);
    const verdict = await this.limiter.take(key.workspaceId, key.id);
    tellLimit(context.switchToHttp().getResponse<FastifyReply>(), verdict);
    requirePermission(key, this.reflector.get<Permission | undefined>(NEEDS_METADATA, context.getHandler()));
    if (!isNameable || !key.groupId) throw new AppError('not_found', 'Profile group not found');
    identifyContext({ workspaceId: key.workspaceId, keyId: key.id, scope: `${key.profileGroupId ?? 'all'} ${key.groupId}` });
    rememberCaller(request, { workspaceId: key.workspaceId, keyId: key.id, keyGroupId: key.profileGroupId, profileGroupId: key.groupId });
    return true;
  }

  private async authenticate(offered: string | null, group: string | null): Promise<CallKey> {
    const parsed = offered === null ? null : parseApiKey(offered);
    const key = parsed && (await this.keys.findForCall(parsed, group));
    const now = this.clock.now();
    if (!key || key.revokedAt || (key.expiresAt && key.expiresAt <= now)) throw new AppError('invalid_api_key');
    this.uses.note(key.workspaceId, key.id, now);
    return key;
  }
}

function requirePermission(key: CallKey, permission: Permission | undefined): void {
  if (!permission) throw new Error('A guarded route without @Needs()');
  if (!key.permissions.includes(permission)) throw new AppError('permission_denied', undefined, { details: { permission } });
}

/** On every answer to a good key, so that a client can slow down before it is stopped. */
function tellLimit(reply: FastifyReply, { limit, remaining, resetSeconds, isAllowed }: RateVerdict): void {
  if (limit === 0) return;
  void reply.headers({ 'ratelimit-limit': String(limit), 'ratelimit-remaining': String(remaining), 'ratelimit-reset': String(resetSeconds) });
  if (isAllowed) return;
  void reply.header('retry-after', String(resetSeconds));
  throw new AppError('rate_limited');
}

function offeredKey(request: FastifyRequest): string | null {
  const bearer = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (bearer) return bearer;
  const header = request.headers['x-api-key'];
  return typeof header === 'string' ? header : null;
}

function requestedGroup(request: FastifyRequest): string | null {
  const query = request.query;
  if (typeof query !== 'object' || query === null || !('profile_group_id' in query)) return null;
  const requested = query.profile_group_id;
  return typeof requested === 'string' && requested !== '' ? requested : null;
}
