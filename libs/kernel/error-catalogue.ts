/** What kind of failure it is. HTTP status and repeatability follow from the kind, never from the place that throws. */
export const errorKinds = {
  bad_request: { status: 400, retryable: false },
  unauthorized: { status: 401, retryable: false },
  forbidden: { status: 403, retryable: false },
  not_found: { status: 404, retryable: false },
  not_supported: { status: 405, retryable: false },
  conflict: { status: 409, retryable: false },
  busy: { status: 409, retryable: true },
  gone: { status: 410, retryable: false },
  too_large: { status: 413, retryable: false },
  unsupported_type: { status: 415, retryable: false },
  invalid: { status: 422, retryable: false },
  rate_limited: { status: 429, retryable: true },
  internal: { status: 500, retryable: false },
  upstream_failed: { status: 502, retryable: true },
  unavailable: { status: 503, retryable: true },
  upstream_timeout: { status: 504, retryable: true },
} as const satisfies Record<string, { status: number; retryable: boolean }>;

export type ErrorKind = keyof typeof errorKinds;

interface ErrorDefinition {
  readonly kind: ErrorKind;
  /** The sentence a person reads when the thrower gives none. */
  readonly message: string;
}

/**
 * Every failure the platform can answer with. The key is the stable machine code of the error body;
 * each has a paragraph in docs/errors.md (an architecture test compares both sides).
 */
export const errorCatalogue = {
  malformed_request: { kind: 'bad_request', message: 'The request could not be read' },
  connection_state_invalid: { kind: 'bad_request', message: 'The way back from the network does not belong to a connection that was begun here' },
  parameter_missing: { kind: 'bad_request', message: 'A required parameter is missing' },
  idempotency_key_invalid: { kind: 'bad_request', message: 'The Idempotency-Key must have 1 to 255 visible characters' },
  invalid_api_key: { kind: 'unauthorized', message: 'Invalid API key' },
  permission_denied: { kind: 'forbidden', message: 'Your API key has no such permission' },
  not_found: { kind: 'not_found', message: 'Not found' },
  signature_invalid: { kind: 'forbidden', message: 'The signature is not valid' },
  state_conflict: { kind: 'conflict', message: 'The resource is in a state that forbids this now' },
  idempotency_key_in_flight: { kind: 'busy', message: 'The first request with this Idempotency-Key is still running' },
  upload_busy: { kind: 'busy', message: 'Another request is sending to this upload' },
  duplicate_post: { kind: 'conflict', message: 'The same is posted already' },
  webhook_secret_unreadable: { kind: 'conflict', message: 'The stored secret of the webhook cannot be decrypted' },
  webhook_limit_reached: { kind: 'conflict', message: 'The workspace has as many webhooks as it may have' },
  webhook_not_enabled: { kind: 'conflict', message: 'The webhook is not enabled' },
  events_expired: { kind: 'gone', message: 'Events after this cursor are not kept any more' },
  replay_running: { kind: 'conflict', message: 'A replay of this webhook is running: wait for its end or cancel it' },
  token_unreadable: { kind: 'conflict', message: 'The stored access token of the profile cannot be decrypted' },
  body_too_large: { kind: 'too_large', message: 'The request body is too large' },
  unsupported_content_type: { kind: 'unsupported_type', message: 'The content type is not supported' },
  validation_failed: { kind: 'invalid', message: 'Validation failed' },
  idempotency_key_reused: { kind: 'invalid', message: 'The Idempotency-Key was used for another request' },
  key_limited_to_group: { kind: 'invalid', message: 'Your API key has no such permission' },
  redirect_not_allowed: { kind: 'invalid', message: 'The redirect_url is not allowed' },
  media_unreachable: { kind: 'invalid', message: 'The media could not be fetched' },
  media_unreadable: { kind: 'invalid', message: 'The media could not be read' },
  egress_refused: { kind: 'invalid', message: 'The address is not allowed' },
  rate_limited: { kind: 'rate_limited', message: 'Too many requests with this API key' },
  webhook_tests_pending: { kind: 'rate_limited', message: 'As many tests of the webhook as may wait are waiting' },
  network_limited: { kind: 'rate_limited', message: 'The network takes no more calls of this kind from the account for now' },
  internal_error: { kind: 'internal', message: 'Something went wrong on our side' },
  network_failed: { kind: 'upstream_failed', message: 'The network did not answer as it should' },
  network_refused: { kind: 'invalid', message: 'The network refused the input' },
  network_timeout: { kind: 'upstream_timeout', message: 'The network did not answer in time' },
  service_unavailable: { kind: 'unavailable', message: 'The service is not ready' },
} as const satisfies Record<string, ErrorDefinition>;

export type ErrorCode = keyof typeof errorCatalogue;
