import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import type { FastifyRequest } from 'fastify';
import { AppError, validationFailed } from '#kernel/app-error';

/**
 * A body that the route does not take is refused like an unknown key in one that it does: what somebody sends, they mean. A GET's
 * body has no meaning in HTTP and is not read. A guard, because it costs less than an interceptor; it runs after the one of the key.
 */
@Injectable()
export class UndeclaredBodyGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { body } = context.switchToHttp().getRequest<FastifyRequest>();
    if (body === undefined || body === null || takesBody(context)) return true;
    if (typeof body !== 'object' || Array.isArray(body)) throw new AppError('malformed_request', 'The body must be a JSON object');
    const keys = Object.keys(body);
    if (keys.length > 0) throw validationFailed(keys.map((key) => ({ rule: 'whitelistValidation', path: key, message: `Unknown parameter: ${key}` })));
    return true;
  }
}

function takesBody(context: ExecutionContext): boolean {
  const declared: unknown = Reflect.getMetadata(ROUTE_ARGS_METADATA, context.getClass(), context.getHandler().name);
  return typeof declared === 'object' && declared !== null && Object.keys(declared).some((key) => key.startsWith(`${RouteParamtypes.BODY}:`));
}
