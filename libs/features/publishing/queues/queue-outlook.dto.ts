import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import type { SeatedPost, SlotOutlook } from './queue-outlook.record.js';

@ApiSchema({ name: 'NextSlot' })
export class NextSlotDto {
  @ApiProperty({ type: String, nullable: true, format: 'date-time', description: 'The first slot ahead in which no post sits; null: the queue is paused or has no slots' }) next_slot!: string | null;
}

@ApiSchema({ name: 'SeatedPost' })
export class SeatedPostDto {
  @ApiProperty({ example: 'post_06f3k2v4n8q7r9s0t1w2x3y4z5' }) id!: string;
  @ApiProperty({ example: 'Sunrise over the bay' }) body!: string;
  @ApiProperty({ example: 'scheduled' }) status!: string;
  @ApiProperty({ enum: ['high', 'medium', 'low'] }) queue_priority!: string;
  @ApiProperty({ type: String, nullable: true, format: 'date-time', description: 'The slot and the jitter' }) scheduled_at!: string | null;

  static from(post: SeatedPost): SeatedPostDto {
    return { id: post.id, body: post.body, status: post.status, queue_priority: post.priority, scheduled_at: post.scheduledAt?.toISOString() ?? null };
  }
}

@ApiSchema({ name: 'SlotOutlook' })
export class SlotOutlookDto {
  @ApiProperty({ format: 'date-time' }) slot_at!: string;
  @ApiProperty({ type: Number, nullable: true, description: 'Null: the slot has been removed, its post goes out all the same' }) timeslot_id!: number | null;
  @ApiProperty({ type: SeatedPostDto, nullable: true, description: 'Null: free' }) post!: SeatedPostDto | null;

  static from({ at, timeslotId, post }: SlotOutlook): SlotOutlookDto {
    return { slot_at: at.toISOString(), timeslot_id: timeslotId, post: post && SeatedPostDto.from(post) };
  }
}

@ApiSchema({ name: 'QueuePreview' })
export class QueuePreviewDto {
  @ApiProperty({ type: [SlotOutlookDto] }) data!: SlotOutlookDto[];
}
