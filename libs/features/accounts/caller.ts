import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** Who is calling, and in which group. Made by the guard from the key; never from anything else in the request. */
export interface CallerIdentity {
  readonly workspaceId: string;
  readonly keyId: string;
  /** The group the key is limited to; null: the whole workspace. */
  readonly keyGroupId: string | null;
  /** The group this call is about: `?profile_group_id=`, else the key's group, else the workspace's first. */
  readonly profileGroupId: string;
}

const callers = new WeakMap<FastifyRequest, CallerIdentity>();

export function rememberCaller(request: FastifyRequest, caller: CallerIdentity): void {
  callers.set(request, caller);
}

/** The caller of a guarded route. */
export const Caller = createParamDecorator((_data: unknown, context: ExecutionContext): CallerIdentity => {
  const caller = callers.get(context.switchToHttp().getRequest<FastifyRequest>());
  if (!caller) throw new Error('@Caller() on a route without the key guard');
  return caller;
});
