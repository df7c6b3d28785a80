import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { AppError } from '#kernel/app-error';
import { Clock } from '#kernel/clock';
import { PUBLIC_METADATA } from '#infra/http/public.decorator';
import { isSameSecret, parseApiKey } from './api-key.js';
import { ApiKeyRepository, type CallKey } from './api-key.repository.js';
import { rememberCaller } from './caller.js';

/** Every route needs a key unless it is marked `@Public()`. Missing, malformed, unknown, revoked and expired look the same. */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly keys: ApiKeyRepository,
    private readonly clock: Clock,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (this.reflector.getAllAndOverride<boolean | undefined>(PUBLIC_METADATA, [context.getHandler(), context.getClass()])) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const key = await this.authenticate(offeredKey(request), requestedGroup(request));
    if (!key.groupId) throw new AppError('not_found', 'Profile group not found');
    rememberCaller(request, { workspaceId: key.workspaceId, keyId: key.id, keyGroupId: key.profileGroupId, profileGroupId: key.groupId });
    return true;
  }

  private async authenticate(offered: string | null, group: string | null): Promise<CallKey> {
    const parsed = offered === null ? null : parseApiKey(offered);
    const key = parsed && (await this.keys.findForCall(parsed.prefix, group));
    const now = this.clock.now();
    if (!parsed || !key || !isSameSecret(key.secretHash, parsed.secretHash)) throw new AppError('invalid_api_key');
    if (key.revokedAt || (key.expiresAt && key.expiresAt <= now)) throw new AppError('invalid_api_key');
    if (!key.lastUsedAt || now.getTime() - key.lastUsedAt.getTime() > 60_000) await this.keys.touch(key.workspaceId, key.id, now);
    return key;
  }
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
  if (typeof requested !== 'string' || requested === '') return null;
  // Before the validation of the query: what is no id names no group.
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(requested)) throw new AppError('not_found', 'Profile group not found');
  return requested;
}
