import { Session } from '@nestjs/common';
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

declare module 'fastify' {
  interface FastifyRequest {
    /** The caller, once the guard has let it pass. Nest's own name for it, see `Caller`. */
    session?: CallerIdentity;
  }
}

export function rememberCaller(request: FastifyRequest, caller: CallerIdentity): void {
  request.session = caller;
}

/**
 * The caller of a guarded route. Nest hands a session to the handler as it is; a parameter of our own making would go through the
 * pipes for nothing, with six promises for each request.
 */
export const Caller: () => ParameterDecorator = Session;
