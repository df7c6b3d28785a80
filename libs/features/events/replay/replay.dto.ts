import { ApiProperty, ApiPropertyOptional, ApiSchema, IntersectionType, PickType } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayUnique, IsArray, IsBoolean, IsIn, IsOptional, Matches } from 'class-validator';
import { GroupQuery, IdParam } from '#features/accounts/index';
import { IsMoment, ListQuery, toMoment } from '#infra/http/list-query';
import { IsRequiredParameter } from '#infra/http/validation.pipe';
import { eventFilters } from '../event-filter.rules.js';
import type { ReplayRecord, ReplayScope } from './replay.record.js';

@ApiSchema({ name: 'CreateReplay' })
export class CreateReplayDto {
  @ApiProperty({ format: 'date-time', example: '2026-11-20T00:00:00.000Z', description: 'Of the `created_at` of events; they are kept for 30 days' })
  @IsRequiredParameter() @IsMoment()
  from!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-21T00:00:00.000Z', description: 'Included; what is to come is left to the subscription' })
  @IsRequiredParameter() @IsMoment()
  to!: string;

  @ApiPropertyOptional({ type: [String], maxItems: 100, example: ['platform_post.*'], description: 'Types, families such as `post.*`, or `*`, of those that the webhook is subscribed to. Default: all of them' })
  @IsOptional() @IsArray() @ArrayMaxSize(100) @ArrayUnique() @IsIn(eventFilters, { each: true, message: 'events must be types of events, families such as post.*, or *' })
  events?: string[] | null;

  @ApiPropertyOptional({ default: false, description: 'Only events of which no delivery to this webhook has arrived' })
  @IsOptional() @IsBoolean()
  only_failed?: boolean;

  @ApiPropertyOptional({ default: false, description: 'Only events of which there is no delivery to this webhook: what it missed while it was not enabled' })
  @IsOptional() @IsBoolean()
  only_missed?: boolean;

  @ApiPropertyOptional({ default: false, description: 'Only say how many events it would be' })
  @IsOptional() @IsBoolean()
  dry_run?: boolean;

  static scopeOf({ from, to, events, only_failed: onlyFailed, only_missed: onlyMissed }: CreateReplayDto): ReplayScope {
    return { from: toMoment(from), to: toMoment(to), events: events ?? [], onlyFailed: onlyFailed ?? false, onlyMissed: onlyMissed ?? false };
  }
}

@ApiSchema({ name: 'ReplayTotal' })
export class ReplayTotalDto {
  @ApiProperty({ example: 1200, description: 'Events that a replay would send' }) total!: number;
}

@ApiSchema({ name: 'Replay' })
export class ReplayDto {
  @ApiProperty({ example: 'rpl_06f3k2v4n8q7r9s0t1w2x3y4z5' }) id!: string;
  @ApiProperty({ example: 'wh_06f3k2v4n8q7r9s0t1w2x3y4z5' }) webhook_id!: string;
  @ApiProperty({ format: 'date-time' }) from!: string;
  @ApiProperty({ format: 'date-time' }) to!: string;
  @ApiProperty({ type: [String], example: ['platform_post.*'], description: 'Empty: all that the webhook is subscribed to' }) events!: string[];
  @ApiProperty({ example: false }) only_failed!: boolean;
  @ApiProperty({ example: false }) only_missed!: boolean;
  @ApiProperty({ enum: ['running', 'completed', 'cancelled'] }) status!: string;
  @ApiProperty({ example: 1200, description: 'Events in it when it began' }) total!: number;
  @ApiProperty({ example: 1000, description: 'Events that are deliveries by now' }) queued!: number;
  @ApiProperty({ example: 880 }) delivered!: number;
  @ApiProperty({ example: 0, description: 'Deliveries whose every attempt failed' }) failed!: number;
  @ApiProperty({ example: 120, description: 'Deliveries that are still to be sent' }) pending!: number;
  @ApiProperty({ format: 'date-time' }) created_at!: string;
  @ApiProperty({ format: 'date-time' }) updated_at!: string;
  @ApiProperty({ type: String, nullable: true, format: 'date-time', description: 'When its last delivery was at its end' }) finished_at!: string | null;

  static from(replay: ReplayRecord): ReplayDto {
    return {
      id: replay.id,
      webhook_id: replay.endpointId,
      from: replay.from.toISOString(),
      to: replay.to.toISOString(),
      events: [...replay.events],
      only_failed: replay.onlyFailed,
      only_missed: replay.onlyMissed,
      status: replay.status,
      total: replay.total,
      queued: replay.queued,
      delivered: replay.delivered,
      failed: replay.failed,
      pending: replay.pending,
      created_at: replay.createdAt.toISOString(),
      updated_at: replay.updatedAt.toISOString(),
      finished_at: replay.finishedAt?.toISOString() ?? null,
    };
  }
}

@ApiSchema({ name: 'ReplayList' })
export class ReplayListDto {
  @ApiProperty({ type: [ReplayDto] }) data!: ReplayDto[];
  @ApiProperty({ type: String, nullable: true, description: 'Null at the end' }) next_cursor!: string | null;
}

export class ReplayListQuery extends IntersectionType(PickType(ListQuery, ['limit', 'cursor'] as const), GroupQuery) {}

export class ReplayParam extends IdParam {
  @ApiProperty({ example: 'rpl_06f3k2v4n8q7r9s0t1w2x3y4z5' })
  @Matches(/^[A-Za-z0-9_-]{1,64}$/, { message: 'replay_id is malformed' })
  replay_id!: string;
}
