import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import type { TimelineEntry } from './post-timeline.repository.js';

const nullableText = { type: String, nullable: true } as const;
const nullableNumber = { type: Number, nullable: true } as const;

@ApiSchema({ name: 'TimelineEntry' })
export class TimelineEntryDto {
  @ApiProperty({ example: 'att_06f3k2v4n8q7r9s0t1w2x3y4z5' }) id!: string;
  @ApiProperty({ format: 'date-time' }) at!: string;
  @ApiProperty({ example: 'attempt', description: '`attempt`: a call to the network. Else the name of the event: `post.created`, `post.updated`, `post.processed`, `platform_post.published` …' }) type!: string;
  @ApiProperty(nullableText) platform_post_id!: string | null;
  @ApiProperty(nullableText) profile_id!: string | null;
  @ApiProperty({ ...nullableText, description: 'Of the target or the post, after an event' }) status!: string | null;
  @ApiProperty({ ...nullableText, description: 'Of `post.updated`: `edited`, `released` or `retried`; of `platform_post.held`: why; of `platform_post.overdue`: `publish`, `hold` or `skip`' }) change!: string | null;
  @ApiProperty({ ...nullableText, description: 'Of an attempt: where publishing stood' }) step!: string | null;
  @ApiProperty({ ...nullableText, description: 'Of an attempt: `ok`, `container_failed` or the class of the failure; null while the call is out, or when its answer was lost' }) outcome!: string | null;
  @ApiProperty({ ...nullableNumber, description: 'The network\'s error code' }) code!: number | null;
  @ApiProperty(nullableNumber) subcode!: number | null;
  @ApiProperty(nullableText) message!: string | null;
  @ApiProperty({ ...nullableText, description: 'Of an attempt: as in the logs' }) request_id!: string | null;
  @ApiProperty({ ...nullableText, format: 'date-time' }) finished_at!: string | null;

  static from(entry: TimelineEntry): TimelineEntryDto {
    return {
      id: entry.id,
      at: entry.at.toISOString(),
      type: entry.type,
      platform_post_id: entry.platformPostId,
      profile_id: entry.profileId,
      status: entry.status,
      change: entry.change,
      step: entry.step,
      outcome: entry.outcome,
      code: entry.code,
      subcode: entry.subcode,
      message: entry.message,
      request_id: entry.requestId,
      finished_at: entry.finishedAt?.toISOString() ?? null,
    };
  }
}

@ApiSchema({ name: 'Timeline' })
export class TimelineDto {
  @ApiProperty({ type: [TimelineEntryDto] }) data!: TimelineEntryDto[];
  @ApiProperty({ ...nullableText, description: 'Null at the end' }) next_cursor!: string | null;
}
