import { ApiProperty, ApiPropertyOptional, ApiSchema, PartialType } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsBoolean, IsInt, IsNotEmpty, IsObject, IsOptional, IsString, Matches, Max, MaxLength, Min, ValidateBy, ValidateNested } from 'class-validator';
import { GroupQuery } from '#features/accounts/index';
import { IsRequiredParameter } from '#infra/http/validation.pipe';
import { ToBoolean } from '../media-input.js';
import { IsOverdueMinutes, IsOverduePolicy, overdueMinutesShape, overduePolicyShape } from '../overdue-policy.shape.js';
import type { OverduePolicy } from '../overdue.rules.js';
import type { PostQueueRecord } from './post-queue.record.js';
import type { Timeslot } from './queue-slots.rules.js';
import { isTimezone } from './timezone.rules.js';

const IsTimezone = (): PropertyDecorator =>
  ValidateBy({
    name: 'isTimezone',
    validator: {
      validate: (value: unknown) => typeof value === 'string' && isTimezone(value),
      defaultMessage: (args) => `${args?.property ?? 'value'} must be the name of an IANA timezone, such as Europe/Berlin`,
    },
  });

/** Numbers in forms and queries arrive as text. */
const ToNumber = (): PropertyDecorator => Transform(({ value }: { value: unknown }) => (typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value));

@ApiSchema({ name: 'TimeslotAttributes' })
export class TimeslotAttributesDto {
  @ApiPropertyOptional({ example: 3, description: 'Of the slot to remove, with `_destroy`' })
  @IsOptional() @ToNumber() @IsInt() @Min(1) @Max(1_000_000_000)
  id?: number;

  @ApiPropertyOptional({ description: 'Remove the slot `id`' })
  @IsOptional() @ToBoolean() @IsBoolean()
  _destroy?: boolean;

  @ApiPropertyOptional({ example: 1, minimum: 0, maximum: 6, description: '0 is Sunday' })
  @IsOptional() @ToNumber() @IsInt() @Min(0) @Max(6)
  day?: number;

  @ApiPropertyOptional({ example: '09:30', description: 'HH:MM on the clocks of the timezone' })
  @IsOptional() @Matches(/^([01]\d|2[0-3]):[0-5]\d$/, { message: 'time must be HH:MM' })
  time?: string;
}

@ApiSchema({ name: 'PostQueueFields' })
export class QueueFieldsDto {
  @ApiProperty({ example: 'Weekdays', maxLength: 200 })
  @IsRequiredParameter() @IsString() @MaxLength(200)
  name!: string;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 2000 })
  @IsOptional() @IsString() @MaxLength(2000)
  description?: string | null;

  @ApiPropertyOptional({ example: 'Europe/Berlin', description: 'IANA name. Default: UTC' })
  @IsOptional() @IsTimezone()
  timezone?: string;

  @ApiPropertyOptional({ example: 10, minimum: 0, maximum: 60, description: 'By how many minutes at most a post comes later than its slot. Default: 0' })
  @IsOptional() @ToNumber() @IsInt() @Min(0) @Max(60)
  jitter?: number;

  @ApiPropertyOptional({ description: '`false` pauses it. Default: true' })
  @IsOptional() @ToBoolean() @IsBoolean()
  enabled?: boolean;

  @ApiPropertyOptional({ ...overduePolicyShape, description: 'What becomes of its posts that nobody could publish at their time; null: as the workspace says' })
  @IsOverduePolicy()
  overdue_policy?: OverduePolicy['policy'] | null;

  @ApiPropertyOptional({ ...overdueMinutesShape, description: 'How late `publish_late` still publishes; null: as the workspace says' })
  @ToNumber() @IsOverdueMinutes()
  overdue_minutes?: number | null;

  @ApiPropertyOptional({ type: () => [TimeslotAttributesDto], description: 'Slots to add, `{day, time}`, and to remove, `{id, _destroy: true}`' })
  @IsOptional() @IsArray() @ArrayMaxSize(400) @ValidateNested({ each: true }) @Type(() => TimeslotAttributesDto)
  queue_timeslots_attributes?: TimeslotAttributesDto[];
}

@ApiSchema({ name: 'PostQueueChanges' })
export class QueueChangesDto extends PartialType(QueueFieldsDto) {}

class GroupOfBody {
  @ApiPropertyOptional({ description: 'The group, where the query parameter does not name one' })
  @IsOptional() @IsString() @IsNotEmpty()
  profile_group_id?: string;
}

@ApiSchema({ name: 'CreatePostQueue' })
export class CreatePostQueueDto extends GroupOfBody {
  @ApiProperty({ type: () => QueueFieldsDto })
  @IsRequiredParameter() @IsObject() @ValidateNested() @Type(() => QueueFieldsDto)
  post_queue!: QueueFieldsDto;
}

/** A queue keeps its group: `profile_group_id` is taken, as clients send it, and changes nothing. */
@ApiSchema({ name: 'UpdatePostQueue' })
export class UpdatePostQueueDto extends GroupOfBody {
  @ApiProperty({ type: () => QueueChangesDto })
  @IsRequiredParameter() @IsObject() @ValidateNested() @Type(() => QueueChangesDto)
  post_queue!: QueueChangesDto;
}

@ApiSchema({ name: 'Timeslot' })
export class TimeslotDto {
  @ApiProperty({ example: 1 }) id!: number;
  @ApiProperty({ example: 1, description: '0 is Sunday' }) day!: number;
  @ApiProperty({ example: '09:30' }) time!: string;

  static from({ id, day, time }: Timeslot): TimeslotDto {
    return { id, day, time };
  }
}

@ApiSchema({ name: 'PostQueue' })
export class PostQueueDto {
  @ApiProperty({ example: 'pq_06f3k2v4n8q7r9s0t1w2x3y4z5' }) id!: string;
  @ApiProperty({ example: 'Weekdays' }) name!: string;
  @ApiProperty({ type: String, nullable: true }) description!: string | null;
  @ApiProperty({ example: 'Europe/Berlin' }) timezone!: string;
  @ApiProperty({ description: 'False: paused' }) enabled!: boolean;
  @ApiProperty({ example: 10 }) jitter!: number;
  @ApiProperty({ ...overduePolicyShape, description: 'Of its late posts; null: as the workspace says' }) overdue_policy!: string | null;
  @ApiProperty({ ...overdueMinutesShape, description: 'Null: as the workspace says' }) overdue_minutes!: number | null;
  @ApiProperty({ example: 'grp_06f3k2v4n8q7r9s0t1w2x3y4z5' }) profile_group_id!: string;
  @ApiProperty({ type: [TimeslotDto] }) timeslots!: TimeslotDto[];
  @ApiProperty({ example: 12, description: 'Posts that wait in it' }) posts_count!: number;

  static from(queue: PostQueueRecord): PostQueueDto {
    return {
      id: queue.id,
      name: queue.name,
      description: queue.description,
      timezone: queue.timezone,
      enabled: queue.enabled,
      jitter: queue.jitter,
      overdue_policy: queue.overduePolicy,
      overdue_minutes: queue.overdueMinutes,
      profile_group_id: queue.profileGroupId,
      timeslots: queue.timeslots.map((slot) => TimeslotDto.from(slot)),
      posts_count: queue.postsCount,
    };
  }
}

@ApiSchema({ name: 'PostQueueList' })
export class PostQueueListDto {
  @ApiProperty({ type: [PostQueueDto] }) data!: PostQueueDto[];
  @ApiPropertyOptional({ type: String, nullable: true, description: 'With `limit` or `cursor`; null at the end' }) next_cursor?: string | null;
}

export class PreviewQuery extends GroupQuery {
  @ApiPropertyOptional({ minimum: 1, maximum: 90, description: 'How far ahead. Default: 7' })
  @IsOptional() @ToNumber() @IsInt() @Min(1) @Max(90)
  days?: number;
}
