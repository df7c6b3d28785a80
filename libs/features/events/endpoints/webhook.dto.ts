import { ApiProperty, ApiPropertyOptional, ApiSchema, IntersectionType, OmitType, PartialType } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsBoolean, IsIn, IsInt, IsNotEmpty, IsOptional, IsString, Matches, Max, MaxLength, Min, ValidateIf } from 'class-validator';
import { IsRequiredParameter } from '#infra/http/validation.pipe';
import { eventFilters } from '../event-filter.rules.js';
import { eventTypes, type EventType } from '../event-types.js';
import { webhookStatus, webhookStatuses, type SecretRecord, type WebhookFields, type WebhookInFull, type WebhookRecord } from './webhook.record.js';

const IsGiven = (): PropertyDecorator => ValidateIf((_object, value) => value !== undefined);
const filterRule = { each: true, message: `events must be some of ${eventFilters.join(', ')}` };

@ApiSchema({ name: 'WebhookFields' })
class WebhookFieldsDto {
  @ApiProperty({ example: 'https://hooks.example.com/heliograph', format: 'uri', maxLength: 2048, description: 'An https address on the public internet' })
  @IsRequiredParameter() @IsString() @MaxLength(2048)
  url!: string;

  @ApiProperty({ type: [String], example: ['post.*', 'platform_post.published'], minItems: 1, maxItems: eventFilters.length, description: 'Types, families such as `post.*`, or `*`' })
  @IsRequiredParameter() @IsArray() @ArrayMinSize(1) @ArrayMaxSize(eventFilters.length) @ArrayUnique() @IsIn(eventFilters, filterRule)
  events!: string[];

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 500, example: 'The newsroom\'s board' })
  @IsOptional() @IsString() @MaxLength(500)
  description?: string | null;

  @ApiPropertyOptional({ type: [String], maxItems: 100, description: 'Only events about these profiles. Default, and when empty: all' })
  @IsGiven() @IsArray() @ArrayMaxSize(100) @ArrayUnique() @Matches(/^[A-Za-z0-9_-]{1,64}$/, { each: true, message: 'profile_ids must be ids of profiles' })
  profile_ids?: string[];

  @ApiPropertyOptional({ minimum: 1, maximum: 64, example: 8, description: 'Calls at the same time. Default: 8' })
  @IsGiven() @IsInt() @Min(1) @Max(64)
  max_concurrency?: number;

  @ApiPropertyOptional({ type: Number, nullable: true, minimum: 1, maximum: 1000, description: 'Calls a second. Default, and when null: no limit' })
  @IsOptional() @IsInt() @Min(1) @Max(1000)
  max_per_second?: number | null;
}

@ApiSchema({ name: 'CreateWebhook' })
export class CreateWebhookDto extends WebhookFieldsDto {
  @ApiPropertyOptional({ type: String, nullable: true, description: 'Only events of this group. Default: the group of the key; without one, all groups' })
  @IsOptional() @IsString() @IsNotEmpty() @MaxLength(64)
  profile_group_id?: string | null;

  static fields(body: CreateWebhookDto): WebhookFields {
    return {
      url: body.url, events: body.events, description: body.description ?? null, profileIds: body.profile_ids ?? [],
      maxConcurrency: body.max_concurrency ?? 8, maxPerSecond: body.max_per_second ?? null,
    };
  }
}

class Enabled {
  @ApiPropertyOptional({ description: '`false` pauses: what waits stays. `true` goes on, whatever stopped it' })
  @IsGiven() @IsBoolean()
  enabled?: boolean;
}

/** What cannot be null is no change when it is left out, and refused when it is null. */
class ChangedFields {
  @ApiPropertyOptional({ example: 'https://hooks.example.com/heliograph', format: 'uri', maxLength: 2048 })
  @IsGiven() @IsString() @IsNotEmpty() @MaxLength(2048)
  url?: string;

  @ApiPropertyOptional({ type: [String], example: ['*'], minItems: 1, maxItems: eventFilters.length })
  @IsGiven() @IsArray() @ArrayMinSize(1) @ArrayMaxSize(eventFilters.length) @ArrayUnique() @IsIn(eventFilters, filterRule)
  events?: string[];
}

@ApiSchema({ name: 'UpdateWebhook' })
export class UpdateWebhookDto extends IntersectionType(PartialType(OmitType(WebhookFieldsDto, ['url', 'events'] as const), { skipNullProperties: false }), ChangedFields, Enabled) {
  /** Only what was sent; `description` and `max_per_second` may be taken away. */
  static fields(body: UpdateWebhookDto): Partial<WebhookFields> {
    return {
      ...(body.url !== undefined && { url: body.url }),
      ...(body.events !== undefined && { events: body.events }),
      ...(body.description !== undefined && { description: body.description }),
      ...(body.profile_ids !== undefined && { profileIds: body.profile_ids }),
      ...(body.max_concurrency !== undefined && { maxConcurrency: body.max_concurrency }),
      ...(body.max_per_second !== undefined && { maxPerSecond: body.max_per_second }),
    };
  }
}

/** A week: longer, and nobody would know any more why two secrets are good. */
const longestOverlapHours = 168;

@ApiSchema({ name: 'RotateWebhookSecret' })
export class RotateWebhookSecretDto {
  @ApiPropertyOptional({ minimum: 0, maximum: longestOverlapHours, default: 24, type: Number, description: 'How long the secret before it signs along' })
  @IsOptional() @IsInt() @Min(0) @Max(longestOverlapHours)
  overlap_hours?: number | null;
}

@ApiSchema({ name: 'TestWebhook' })
export class TestWebhookDto {
  @ApiPropertyOptional({ enum: eventTypes, example: 'webhook.test', description: 'Whose sample to send, whatever the webhook is subscribed to. Default: `webhook.test`' })
  @IsOptional() @IsIn(eventTypes, { message: `type must be one of ${eventTypes.join(', ')}` })
  type?: EventType;
}

@ApiSchema({ name: 'Webhook' })
export class WebhookDto {
  @ApiProperty({ example: 'wh_06f3k2v4n8q7r9s0t1w2x3y4z5' }) id!: string;
  @ApiProperty({ example: 'https://hooks.example.com/heliograph' }) url!: string;
  @ApiProperty({ type: [String], example: ['post.*'] }) events!: string[];
  @ApiProperty({ example: true }) enabled!: boolean;
  @ApiProperty({ type: String, nullable: true }) description!: string | null;
  @ApiProperty({ type: String, nullable: true, description: 'null: events of all groups' }) profile_group_id!: string | null;
  @ApiProperty({ type: [String], description: 'Empty: events about all profiles' }) profile_ids!: string[];
  @ApiProperty({ enum: webhookStatuses, description: '`failing`: nothing has arrived since `failing_since`; `disabled`: it answered 410, or nothing arrived for five days' }) status!: string;
  @ApiProperty({ type: String, enum: ['paused', 'gone', 'failing'], nullable: true }) disabled_reason!: string | null;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' }) disabled_at!: string | null;
  @ApiProperty({ example: true, description: 'Whether its host has been found at a permitted address' }) verified!: boolean;
  @ApiProperty({ example: 8 }) max_concurrency!: number;
  @ApiProperty({ type: Number, nullable: true }) max_per_second!: number | null;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' }) last_success_at!: string | null;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' }) failing_since!: string | null;
  @ApiProperty({ format: 'date-time' }) created_at!: string;
  @ApiProperty({ format: 'date-time' }) updated_at!: string;

  static from(row: WebhookRecord): WebhookDto {
    return {
      id: row.id,
      url: row.url,
      events: [...row.events],
      enabled: row.enabled,
      description: row.description,
      profile_group_id: row.profileGroupId,
      profile_ids: [...row.profileIds],
      status: webhookStatus(row),
      disabled_reason: row.disabledReason,
      disabled_at: row.disabledAt?.toISOString() ?? null,
      verified: row.verifiedAt !== null,
      max_concurrency: row.maxConcurrency,
      max_per_second: row.maxPerSecond,
      last_success_at: row.lastSuccessAt?.toISOString() ?? null,
      failing_since: row.failingSince?.toISOString() ?? null,
      created_at: row.createdAt.toISOString(),
      updated_at: row.updatedAt.toISOString(),
    };
  }
}

@ApiSchema({ name: 'PreviousWebhookSecret' })
export class PreviousSecretDto {
  @ApiProperty({ example: 'whs_06f3k2v4n8q7r9s0t1w2x3y4z5' }) id!: string;
  @ApiProperty({ format: 'date-time' }) created_at!: string;
  @ApiProperty({ type: String, nullable: true, format: 'date-time', description: 'Until then it signs along' }) expires_at!: string | null;

  static from({ id, createdAt, expiresAt }: SecretRecord): PreviousSecretDto {
    return { id, created_at: createdAt.toISOString(), expires_at: expiresAt?.toISOString() ?? null };
  }
}

@ApiSchema({ name: 'WebhookWithSecret' })
export class WebhookWithSecretDto extends WebhookDto {
  @ApiProperty({ example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=', description: 'What its deliveries are signed with' }) secret!: string;
  @ApiProperty({ type: [PreviousSecretDto], description: 'Secrets before it that sign along after a rotation' }) previous_secrets!: PreviousSecretDto[];

  static inFull({ webhook, secret, previous }: WebhookInFull): WebhookWithSecretDto {
    return { ...WebhookDto.from(webhook), secret, previous_secrets: previous.map((old) => PreviousSecretDto.from(old)) };
  }
}

@ApiSchema({ name: 'WebhookList' })
export class WebhookListDto {
  @ApiProperty({ type: [WebhookDto] }) data!: WebhookDto[];
  @ApiPropertyOptional({ type: String, nullable: true, description: 'With `limit` or `cursor`; null at the end' }) next_cursor?: string | null;
}

@ApiSchema({ name: 'DeletedWebhook' })
export class DeletedWebhookDto {
  @ApiProperty({ enum: [true] }) deleted!: boolean;
}
