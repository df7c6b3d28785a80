import { applyDecorators } from '@nestjs/common';
import { ApiBearerAuth, ApiResponse } from '@nestjs/swagger';
import { errorCatalogue, errorKinds, type ErrorCode } from '#kernel/error-catalogue';
import { ErrorBody } from './error-body.js';

/** What any guarded route can answer besides its own errors. */
const always: readonly ErrorCode[] = ['malformed_request', 'invalid_api_key', 'permission_denied', 'validation_failed', 'rate_limited', 'internal_error', 'service_unavailable'];

/** Declares a guarded route's failures: the codes it names and those that every guarded route has. */
export function ApiErrors(...codes: readonly ErrorCode[]): MethodDecorator {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of new Set([...always, ...codes])) {
    const { status } = errorKinds[errorCatalogue[code].kind];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const responses = [...byStatus]
    .sort(([a], [b]) => a - b)
    .map(([status, group]) => ApiResponse({ status, type: ErrorBody, description: group.map((code) => `\`${code}\``).join(', ') }));
  return applyDecorators(ApiBearerAuth('key'), ...responses);
}
