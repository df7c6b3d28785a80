import { ApiProperty, ApiPropertyOptional, ApiSchema, IntersectionType, PickType } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { IsMoment, ListQuery, toMoment } from '#infra/http/list-query';
import { GroupQuery, IdParam } from '#features/accounts/index';
import { eventTypes } from '../event-types.js';
import type { AttemptPage, AttemptQuestion } from './webhook-attempt.service.js';
import { deliveryKinds, deliveryStates, type DeliveryRecord, type ShownAttempt } from './webhook-delivery.record.js';
import type { Redrive } from './webhook-delivery.service.js';
import { mostCounted, type WebhookStats } from './webhook-stats.repository.js';

const idRule = { message: '$property is malformed' };
const idPattern = /^[A-Za-z0-9_-]{1,64}$/;
const ToBoolean = (): PropertyDecorator => Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value));

export class ListDeliveriesQuery extends IntersectionType(ListQuery, GroupQuery) {
  @ApiPropertyOptional({ description: 'Only calls that were answered 2xx, or only the others' })
  @IsOptional() @ToBoolean() @IsBoolean()
  success?: boolean;

  @ApiPropertyOptional({ enum: eventTypes })
  @IsOptional() @IsIn(eventTypes, { message: `event_type must be one of ${eventTypes.join(', ')}` })
  event_type?: string;

  @ApiPropertyOptional({ description: 'Of this event' })
  @IsOptional() @Matches(idPattern, idRule)
  event_id?: string;

  @ApiPropertyOptional({ description: 'Of this delivery' })
  @IsOptional() @Matches(idPattern, idRule)
  delivery_id?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'At this moment or later' })
  @IsOptional() @IsMoment()
  from?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Before this moment' })
  @IsOptional() @IsMoment()
  to?: string;

  static filter(query: ListDeliveriesQuery): AttemptQuestion {
    return {
      success: query.success ?? null, eventType: query.event_type ?? null, eventId: query.event_id ?? null, deliveryId: query.delivery_id ?? null,
      from: query.from ? toMoment(query.from) : null, to: query.to ? toMoment(query.to) : null,
    };
  }
}

export class ListDeadLettersQuery extends IntersectionType(PickType(ListQuery, ['limit', 'cursor'] as const), GroupQuery) {}

export class DeliveryParam extends IdParam {
  @ApiProperty({ example: 'dlv_06f3k2v4n8q7r9s0t1w2x3y4z5', description: 'A delivery, or one of its calls' })
  @Matches(idPattern, { message: 'delivery_id is malformed' })
  delivery_id!: string;
}

@ApiSchema({ name: 'RedriveDeadLetters' })
export class RedriveDto {
  @ApiPropertyOptional({ minimum: 1, maximum: 1000, default: 1000, description: 'How many at most' })
  @IsOptional() @IsInt() @Min(1) @Max(1000)
  limit?: number;

  @ApiPropertyOptional({ type: String, nullable: true, example: 'dlv_06f3k2v4n8q7r9s0t1w2x3y4z5', description: 'The last answer\'s `next_cursor`' })
  @IsOptional() @Matches(idPattern, { message: 'cursor is malformed' })
  cursor?: string | null;
}

@ApiSchema({ name: 'RedrivenDeadLetters' })
export class RedrivenDto {
  @ApiProperty({ example: 12 }) redriven!: number;
  @ApiProperty({ type: String, nullable: true, description: 'To go on with; null: none are left' }) next_cursor!: string | null;

  static from({ redriven, nextCursor }: Redrive): RedrivenDto {
    return { redriven, next_cursor: nextCursor };
  }
}

@ApiSchema({ name: 'WebhookDelivery' })
export class DeliveryDto {
  @ApiProperty({ example: 'dlv_06f3k2v4n8q7r9s0t1w2x3y4z5' }) id!: string;
  @ApiProperty({ example: 'wh_06f3k2v4n8q7r9s0t1w2x3y4z5' }) webhook_id!: string;
  @ApiProperty({ example: 'evt_06f3k2v4n8q7r9s0t1w2x3y4z5', description: 'Sent as `webhook-id`: the same with every repetition' }) event_id!: string;
  @ApiProperty({ example: 'platform_post.published' }) event_type!: string;
  @ApiProperty({ type: Number, nullable: true, description: 'The event\'s place in the feed; null: a test' }) seq!: number | null;
  @ApiProperty({ enum: deliveryKinds, description: '`redelivery`: one was asked for; `replay`: a range of events was' }) kind!: string;
  @ApiProperty({ enum: deliveryStates, description: '`dead`: every attempt failed' }) state!: string;
  @ApiProperty({ example: 0, description: 'Calls so far, since it was made or redriven' }) attempts!: number;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' }) next_attempt_at!: string | null;
  @ApiProperty({ format: 'date-time' }) created_at!: string;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' }) finished_at!: string | null;

  static from(row: DeliveryRecord): DeliveryDto {
    return {
      id: row.id,
      webhook_id: row.endpointId,
      event_id: row.eventId,
      event_type: row.eventType,
      seq: row.seq === null ? null : Number(row.seq),
      kind: row.kind,
      state: row.state,
      attempts: row.attempts,
      next_attempt_at: row.nextAttemptAt?.toISOString() ?? null,
      created_at: row.createdAt.toISOString(),
      finished_at: row.finishedAt?.toISOString() ?? null,
    };
  }
}

@ApiSchema({ name: 'DeadLetterList' })
export class DeadLetterListDto {
  @ApiProperty({ type: [DeliveryDto] }) data!: DeliveryDto[];
  @ApiProperty({ type: String, nullable: true }) next_cursor!: string | null;
}

const headers = { type: 'object', additionalProperties: true } as const;

@ApiSchema({ name: 'WebhookAttempt' })
export class AttemptDto {
  @ApiProperty({ example: 'wat_06f3k2v4n8q7r9s0t1w2x3y4z5' }) id!: string;
  @ApiProperty({ example: 'dlv_06f3k2v4n8q7r9s0t1w2x3y4z5' }) delivery_id!: string;
  @ApiProperty({ example: 'evt_06f3k2v4n8q7r9s0t1w2x3y4z5' }) event_id!: string;
  @ApiProperty({ example: 'platform_post.published' }) event_type!: string;
  @ApiProperty({ enum: deliveryKinds }) kind!: string;
  @ApiProperty({ example: 1 }) attempt_number!: number;
  @ApiProperty({ example: true, description: 'Answered 2xx' }) success!: boolean;
  @ApiProperty({ type: Number, nullable: true, description: 'null: there was no answer' }) response_status!: number | null;
  @ApiProperty({ format: 'date-time' }) attempted_at!: string;
  @ApiProperty({ format: 'date-time', description: 'The same' }) created_at!: string;
  @ApiProperty({ ...headers, description: 'Signatures only by their scheme' }) request_headers!: Record<string, unknown>;
  @ApiProperty({ type: String, nullable: true, description: 'What was sent; null: the event is not kept any more' }) request_body!: string | null;
  @ApiProperty({ ...headers, nullable: true }) response_headers!: Record<string, unknown> | null;
  @ApiProperty({ type: String, nullable: true, description: 'The first 16 KB' }) response_body!: string | null;
  @ApiProperty({ example: 84 }) duration_ms!: number;
  @ApiProperty({ ...headers, nullable: true, description: 'Milliseconds: `dns`, `connect`, `tls`, `first_byte`' }) timing!: Record<string, unknown> | null;
  @ApiProperty({ type: String, nullable: true, description: 'Why it failed, in a sentence' }) error!: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'The same for programs' }) error_class!: string | null;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' }) next_attempt_at!: string | null;

  static from(row: ShownAttempt): AttemptDto {
    const attemptedAt = row.attemptedAt.toISOString();
    return {
      id: row.id,
      delivery_id: row.deliveryId,
      event_id: row.eventId,
      event_type: row.eventType,
      kind: row.kind,
      attempt_number: row.attemptNumber,
      success: row.success,
      response_status: row.responseStatus,
      attempted_at: attemptedAt,
      created_at: attemptedAt,
      request_headers: row.requestHeaders as Record<string, unknown>,
      request_body: row.requestBody,
      response_headers: row.responseHeaders as Record<string, unknown> | null,
      response_body: row.responseBody,
      duration_ms: row.durationMs,
      timing: row.timing as Record<string, unknown> | null,
      error: row.error,
      error_class: row.errorClass,
      next_attempt_at: row.nextAttemptAt?.toISOString() ?? null,
    };
  }
}

@ApiSchema({ name: 'WebhookAttemptList' })
export class AttemptListDto {
  @ApiPropertyOptional({ example: 1, description: `In page mode: without \`limit\` and \`cursor\`. Counted up to ${mostCounted}` }) total?: number;
  @ApiPropertyOptional({ example: false, description: 'In page mode: there are more than `total`; further pages and `next_cursor` have them' }) total_capped?: boolean;
  @ApiPropertyOptional({ example: 0 }) page?: number;
  @ApiPropertyOptional({ example: 20 }) per_page?: number;
  @ApiProperty({ type: [AttemptDto] }) data!: AttemptDto[];
  @ApiProperty({ type: String, nullable: true, description: 'In both modes; null at the end' }) next_cursor!: string | null;

  static from({ attempts, nextCursor }: AttemptPage): AttemptListDto {
    return { data: attempts.map((attempt) => AttemptDto.from(attempt)), next_cursor: nextCursor };
  }
}

@ApiSchema({ name: 'WebhookStats' })
export class WebhookStatsDto {
  @ApiProperty({ example: 240, description: `Calls of the last 24 hours, the newest ${mostCounted} at most` }) attempts_24h!: number;
  @ApiProperty({ type: Number, nullable: true, minimum: 0, maximum: 1, description: 'Share of them that were answered 2xx; null: there were none' }) success_rate_24h!: number | null;
  @ApiProperty({ type: Number, nullable: true, description: 'Half of them were as quick' }) p50_ms!: number | null;
  @ApiProperty({ type: Number, nullable: true, description: 'All but one in twenty were as quick' }) p95_ms!: number | null;
  @ApiProperty({ example: 0, description: `Deliveries that wait, ${mostCounted} at most` }) backlog!: number;
  @ApiProperty({ type: String, nullable: true, format: 'date-time', description: 'When the oldest of those was made' }) oldest_pending_at!: string | null;
  @ApiProperty({ enum: ['closed', 'open', 'half_open'], description: '`open`: calls fail so often that they are postponed' }) breaker!: string;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' }) breaker_until!: string | null;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' }) last_success_at!: string | null;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' }) last_failure_at!: string | null;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' }) failing_since!: string | null;

  static from(stats: WebhookStats): WebhookStatsDto {
    return {
      attempts_24h: stats.attempts,
      success_rate_24h: stats.attempts === 0 ? null : stats.succeeded / stats.attempts,
      p50_ms: stats.p50,
      p95_ms: stats.p95,
      backlog: stats.backlog,
      oldest_pending_at: stats.oldestPendingAt?.toISOString() ?? null,
      breaker: stats.breaker,
      breaker_until: stats.breakerUntil?.toISOString() ?? null,
      last_success_at: stats.lastSuccessAt?.toISOString() ?? null,
      last_failure_at: stats.lastFailureAt?.toISOString() ?? null,
      failing_since: stats.failingSince?.toISOString() ?? null,
    };
  }
}
