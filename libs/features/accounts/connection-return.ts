import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { ConnectionReturn } from './connection-return.service.js';

/** The query of a person's return. Read and not validated: what a network adds to it must not strand anybody on an error page. */
export const ReturnQuery = createParamDecorator((_data: unknown, context: ExecutionContext): ConnectionReturn => {
  const { query } = context.switchToHttp().getRequest<FastifyRequest>();
  const read = (name: string): string | null => {
    const value: unknown = typeof query === 'object' && query !== null ? Reflect.get(query, name) : null;
    return typeof value === 'string' && value !== '' ? value : null;
  };
  return { state: read('state'), code: read('code'), error: read('error') };
});
