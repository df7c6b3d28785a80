import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiResponse, ApiSecurity } from '@nestjs/swagger';
import { errorCatalogue, errorKinds, type ErrorCode } from '#kernel/error-catalogue';
import { ErrorBody } from './error-body.js';

/** What any route can answer besides its own errors. Too large is also said of a request's headers, so it needs no body. */
const always: readonly ErrorCode[] = ['malformed_request', 'body_too_large', 'validation_failed', 'internal_error', 'service_unavailable'];
const alwaysGuarded: readonly ErrorCode[] = [...always, 'invalid_api_key', 'permission_denied', 'rate_limited'];

/** Declares a guarded route's failures: the codes it names and those that every guarded route has. */
export function ApiErrors(...codes: readonly ErrorCode[]): MethodDecorator {
  return applyDecorators(ApiSecurity('bearer'), ApiSecurity('apiKey'), ...responses([...alwaysGuarded, ...codes]));
}

/** The same for a route that changes something and so takes an idempotency key. */
export function ApiWriteErrors(...codes: readonly ErrorCode[]): MethodDecorator {
  return applyDecorators(
    ApiHeader({ name: 'Idempotency-Key', required: false, schema: { type: 'string', minLength: 1, maxLength: 255 }, description: 'Any text of yours, once for each write: a repetition within 24 h gets the first answer again and changes nothing' }),
    ApiErrors(...codes, 'state_conflict', 'idempotency_key_invalid', 'idempotency_key_in_flight', 'idempotency_key_reused'),
  );
}

/** The same for a route that needs no key. */
export function ApiPublicErrors(...codes: readonly ErrorCode[]): MethodDecorator {
  return applyDecorators(...responses([...always, ...codes]));
}

function responses(codes: readonly ErrorCode[]): MethodDecorator[] {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of new Set(codes)) {
    const { status } = errorKinds[errorCatalogue[code].kind];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return [...byStatus]
    .sort(([a], [b]) => a - b)
    .map(([status, group]) => ApiResponse({ status, type: ErrorBody, description: group.map((code) => `\`${code}\``).join(', ') }));
}
