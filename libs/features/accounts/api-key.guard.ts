import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '#kernel/app-error';
import { Clock } from '#kernel/clock';
import { PUBLIC_METADATA } from '#infra/http/public.decorator';
import { identifyContext } from '#infra/logging/request-context';
import { parseApiKey, type ParsedApiKey } from './api-key.js';
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

  /** At once, without a promise, when key and token are in memory: that is nearly every call. */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    if (this.reflector.getAllAndOverride<boolean | undefined>(PUBLIC_METADATA, [context.getHandler(), context.getClass()])) return true;
    const call = readCall(context, this.reflector.get<Permission | undefined>(NEEDS_METADATA, context.getHandler()));
    const key = call.offered && this.keys.recall(call.offered, call.group);
    if (!key) return this.askAndAdmit(call);
    this.requireValid(key);
    const verdict = this.limiter.takeAtHand(key.id);
    return verdict ? admit(call, key, verdict) : this.askAndAdmit(call);
  }

  private async askAndAdmit(call: Call): Promise<boolean> {
    const key = this.requireValid(call.offered && (await this.keys.findForCall(call.offered, call.group)));
    return admit(call, key, await this.limiter.take(key.workspaceId, key.id));
  }

  private requireValid(key: CallKey | null): CallKey {
    const now = this.clock.now();
    if (!key || key.revokedAt || (key.expiresAt && key.expiresAt <= now)) throw new AppError('invalid_api_key');
    this.uses.note(key.workspaceId, key.id, now);
    return key;
  }
}

/** What a request says of itself. */
interface Call {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly offered: ParsedApiKey | null;
  /** By the query; null when it names none. */
  readonly group: string | null;
  /** Before the validation of the query: what is no id names no group. */
  readonly isNameable: boolean;
  readonly permission: Permission | undefined;
}

function readCall(context: ExecutionContext, permission: Permission | undefined): Call {
  const [request, reply] = context.getArgs<[FastifyRequest, FastifyReply]>();
  const group = requestedGroup(request);
  const isNameable = group === null || /^[A-Za-z0-9_-]{1,64}$/.test(group);
  const offered = offeredKey(request);
  return { request, reply, offered: offered === null ? null : parseApiKey(offered), group: isNameable ? group : null, isNameable, permission };
}

/** @throws AppError when the key may not do this, or not now */
function admit({ request, reply, isNameable, permission }: Call, key: CallKey, verdict: RateVerdict): true {
  tellLimit(reply, verdict);
  requirePermission(key, permission);
  if (!isNameable || !key.groupId) throw new AppError('not_found', 'Profile group not found');
  // A repetition gets the first answer. Where that holds a key, only who asked for it may: a narrower key would get a wider one.
  // The group is as asked for in the query: which one is the workspace's first may change between a request and its repetition.
  const scope = permission === 'keys:write' ? key.id : (key.profileGroupId ?? 'all');
  identifyContext({ workspaceId: key.workspaceId, keyId: key.id, scope });
  rememberCaller(request, { workspaceId: key.workspaceId, keyId: key.id, keyGroupId: key.profileGroupId, profileGroupId: key.groupId });
  return true;
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
