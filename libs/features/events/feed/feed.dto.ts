import { ApiProperty, ApiPropertyOptional, ApiSchema, IntersectionType, PickType } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { GroupQuery } from '#features/accounts/index';
import { ListQuery, ToList } from '#infra/http/list-query';
import { eventFacts, type EventRow } from '../event.body.js';
import type { FeedPage } from './feed.service.js';

const longestWait = 30;

const ToSeconds = (): PropertyDecorator => Transform(({ value }: { value: unknown }) => (typeof value === 'string' && /^\d{1,3}$/.test(value) ? Number(value) : value));

export class ListEventsQuery extends IntersectionType(PickType(ListQuery, ['limit'] as const), GroupQuery) {
  @ApiPropertyOptional({ type: String, pattern: '^\\d{1,18}$', example: '0', description: 'Events after this `seq`: the last answer\'s `next_cursor`. 0 or absent: from the oldest that is kept' })
  @IsOptional() @Matches(/^\d{1,18}$/, { message: 'after must be the seq of an event' })
  after?: string;

  @ApiPropertyOptional({ type: [String], example: ['post.*'], description: 'Types, families (`post.*`) or `*`: `a,b` or `types[]=a&types[]=b`' })
  @IsOptional() @ToList() @IsArray() @ArrayMaxSize(100) @Matches(/^([a-z_]{1,40}\.([a-z_]{1,60}|\*)|\*)$/, { each: true, message: 'types must be types of events, families such as post.*, or *' })
  types?: string[];

  @ApiPropertyOptional({ minimum: 0, maximum: longestWait, example: 0, description: 'Seconds to wait for an event when there is none yet' })
  @IsOptional() @ToSeconds() @IsInt() @Min(0) @Max(longestWait)
  wait?: number;
}

@ApiSchema({ name: 'Event' })
export class EventDto {
  @ApiProperty({ example: 'evt_06f3k2v4n8q7r9s0t1w2x3y4z5' }) id!: string;
  @ApiProperty({ enum: ['event'] }) object!: string;
  @ApiProperty({ example: 'platform_post.published' }) type!: string;
  @ApiProperty({ format: 'date-time' }) created_at!: string;
  @ApiProperty({ type: Number, nullable: true, example: 42, description: 'Its place among the events of the workspace: 1, 2, 3 … without gaps' }) seq!: number | null;
  @ApiProperty({ example: 'ws_06f3k2v4n8q7r9s0t1w2x3y4z5' }) workspace_id!: string;
  @ApiProperty({ type: String, nullable: true }) profile_group_id!: string | null;
  @ApiProperty({ type: 'object', additionalProperties: true, description: 'What it tells of, by type' }) data!: unknown;

  /** The same as the body of its deliveries. */
  static from(row: EventRow): EventDto {
    return eventFacts(row);
  }
}

@ApiSchema({ name: 'EventList' })
export class EventListDto {
  @ApiProperty({ type: [EventDto] }) data!: EventDto[];
  @ApiProperty({ example: '42', description: '`after` of the next call, also when `data` is empty' }) next_cursor!: string;
  @ApiProperty({ description: 'There is more already: call again without waiting. With a filter `data` may be empty all the same' }) has_more!: boolean;

  static from({ events, cursor, hasMore }: FeedPage): EventListDto {
    return { data: events.map((row) => EventDto.from(row)), next_cursor: String(cursor), has_more: hasMore };
  }
}
