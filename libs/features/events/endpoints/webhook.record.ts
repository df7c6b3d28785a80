export interface WebhookRecord {
  readonly workspaceId: string;
  readonly id: string;
  /** Null: events of all groups, and those of none. */
  readonly profileGroupId: string | null;
  /** Empty: all. */
  readonly profileIds: readonly string[];
  readonly url: string;
  readonly description: string | null;
  readonly events: readonly string[];
  readonly enabled: boolean;
  /** `paused` by its owner, `gone` it answered 410, `failing` nothing arrived for five days. */
  readonly disabledReason: string | null;
  readonly disabledAt: Date | null;
  /** The last number that was given when it stopped being enabled; null: it is enabled. */
  readonly disabledSeq: bigint | null;
  readonly verifiedAt: Date | null;
  readonly maxConcurrency: number;
  readonly maxPerSecond: number | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly lastSuccessAt: Date | null;
  readonly failingSince: Date | null;
}

/** What its owner may set. */
export type WebhookFields = Pick<WebhookRecord, 'url' | 'description' | 'events' | 'profileIds' | 'maxConcurrency' | 'maxPerSecond'>;

export interface SecretRecord {
  readonly id: string;
  /** Null: the present one. */
  readonly expiresAt: Date | null;
  readonly createdAt: Date;
}

/** Events of which no deliveries were made while a webhook was not enabled. */
export interface MissedEvents {
  readonly from: Date;
  readonly to: Date;
  /** Of those that were looked through. */
  readonly events: number;
  /** Not all were looked through. */
  readonly hasMore: boolean;
}

export interface UpdatedWebhook {
  readonly webhook: WebhookRecord;
  /** Null: it was not enabled by this change, or has missed nothing. */
  readonly missed: MissedEvents | null;
}

/** A webhook with what signs it. */
export interface WebhookInFull {
  readonly webhook: WebhookRecord;
  readonly secret: string;
  /** Those before it that sign along. */
  readonly previous: readonly SecretRecord[];
}

export const webhookStatuses = ['active', 'failing', 'paused', 'disabled'] as const;

export function webhookStatus({ enabled, disabledReason, failingSince }: Pick<WebhookRecord, 'enabled' | 'disabledReason' | 'failingSince'>): (typeof webhookStatuses)[number] {
  if (enabled) return failingSince ? 'failing' : 'active';
  return disabledReason === 'paused' ? 'paused' : 'disabled';
}

/** What the audit compares: never a secret. */
export function webhookFacts({ id, profileGroupId, profileIds, url, description, events, enabled, disabledReason, maxConcurrency, maxPerSecond }: WebhookRecord): object {
  return { id, profileGroupId, profileIds, url, description, events, enabled, disabledReason, maxConcurrency, maxPerSecond };
}
