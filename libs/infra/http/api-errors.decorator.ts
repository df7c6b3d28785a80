import { applyDecorators } from '@nestjs/common';
import { ApiResponse, ApiSecurity } from '@nestjs/swagger';
import { errorCatalogue, errorKinds, type ErrorCode } from '#kernel/error-catalogue';
import { ErrorBody } from './error-body.js';

/** What any guarded route can answer besides its own errors. Too large is also said of a request's headers, so it needs no body. */
const always: readonly ErrorCode[] = ['malformed_request', 'invalid_api_key', 'body_too_large', 'validation_failed', 'internal_error', 'service_unavailable'];

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
  return applyDecorators(ApiSecurity('bearer'), ApiSecurity('apiKey'), ...responses);
}
