import { applyDecorators, SetMetadata, UseInterceptors } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import { IdempotencyInterceptor } from '#infra/writes/idempotency.interceptor';
import type { Permission } from './permission.js';

export const NEEDS_METADATA = 'heliograph:needs';

/**
 * The permission a route asks of its key. Every route that is not public has one; an architecture test sees to it, and the guard refuses
 * without. A route that writes also takes an idempotency key. Above `@UseInterceptors`: the body must be read before.
 */
export const Needs = (permission: Permission): MethodDecorator =>
  applyDecorators(SetMetadata(NEEDS_METADATA, permission), ApiExtension('x-permission', permission), ...(permission === 'read' ? [] : [UseInterceptors(IdempotencyInterceptor)]));
