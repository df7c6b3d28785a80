import type { IncomingHttpHeaders } from 'node:http';
import { newId } from '#kernel/ids';
import type { DeliveryVerdict } from './delivery-verdict.js';
import type { DueDelivery, PumpHold } from './pump-hold.js';
import type { WebhookCalled } from './webhook-caller.js';

type Tenure = Pick<PumpHold, 'workspaceId' | 'endpointId' | 'lease'>;

/** A row of `settle_deliveries`: the attempt that is logged, and what becomes of the delivery. */
export function settledDelivery({ workspaceId, endpointId, lease }: Tenure, delivery: DueDelivery, called: WebhookCalled, verdict: DeliveryVerdict, present: Date): object {
  const { result, attemptedAt, requestHeaders } = called;
  const answer = result.kind === 'answered' ? result : null;
  return {
    lease, workspace_id: workspaceId, endpoint_id: endpointId, id: delivery.id, created_at: delivery.createdAt, present,
    state: verdict.state, attempts: delivery.attempts + 1, next_attempt_at: verdict.nextAttemptAt,
    attempt_id: newId('webhookAttempt', attemptedAt.getTime()), event_id: delivery.eventId, event_type: delivery.eventType, event_created_at: delivery.eventCreatedAt, kind: delivery.kind,
    response_status: answer?.statusCode ?? null, error_class: verdict.errorClass, error: verdict.error,
    request_headers: requestHeaders, response_headers: answer && withoutCookies(answer.headers), response_body: answer && storable(answer.body),
    timing: result.timing, duration_ms: result.durationMs, attempted_at: attemptedAt,
  };
}

/** A delivery whose event is gone. Nothing was attempted. */
export function cancelledDelivery({ workspaceId, endpointId, lease }: Tenure, delivery: DueDelivery, present: Date): object {
  return { lease, workspace_id: workspaceId, endpoint_id: endpointId, id: delivery.id, created_at: delivery.createdAt, present, state: 'cancelled', attempts: delivery.attempts, next_attempt_at: null };
}

/** Cookies are a receiver's secrets: their names are kept. */
function withoutCookies(headers: IncomingHttpHeaders): object {
  const cookies = headers['set-cookie'];
  return cookies ? { ...headers, 'set-cookie': [cookies].flat().map((cookie) => `${/^[^=;]*/.exec(cookie)?.[0] ?? ''}=…`) } : headers;
}

/** PostgreSQL's text has no NUL. */
function storable(body: Buffer): string {
  return body.toString('utf8').replaceAll('\u0000', '\uFFFD');
}
