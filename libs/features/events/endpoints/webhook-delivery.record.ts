export const deliveryStates = ['pending', 'delivered', 'dead', 'cancelled'] as const;
export const deliveryKinds = ['event', 'test', 'redelivery', 'replay'] as const;

/** One event for one webhook. */
export interface DeliveryRecord {
  readonly workspaceId: string;
  readonly id: string;
  readonly endpointId: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly eventCreatedAt: Date;
  readonly seq: bigint | null;
  readonly kind: (typeof deliveryKinds)[number];
  /** Of a test, which no event stands behind; null: what is sent is the event. */
  readonly body: string | null;
  readonly state: (typeof deliveryStates)[number];
  readonly attempts: number;
  readonly nextAttemptAt: Date | null;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
}

/** One call of a delivery. */
export interface AttemptRecord {
  readonly id: string;
  readonly deliveryId: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly eventCreatedAt: Date;
  readonly kind: (typeof deliveryKinds)[number];
  readonly attemptNumber: number;
  readonly success: boolean;
  readonly responseStatus: number | null;
  readonly errorClass: string | null;
  readonly error: string | null;
  readonly requestHeaders: unknown;
  readonly responseHeaders: unknown;
  readonly responseBody: string | null;
  readonly timing: unknown;
  readonly durationMs: number;
  readonly attemptedAt: Date;
  readonly nextAttemptAt: Date | null;
}

/** With what was sent; null: neither event nor delivery are kept any more. */
export interface ShownAttempt extends AttemptRecord {
  readonly requestBody: string | null;
}

/** What the audit compares. */
export function deliveryFacts({ id, endpointId, eventId, eventType, kind, state }: DeliveryRecord): object {
  return { id, endpointId, eventId, eventType, kind, state };
}
