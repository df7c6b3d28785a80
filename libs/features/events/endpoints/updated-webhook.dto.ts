import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { WebhookDto } from './webhook.dto.js';
import type { UpdatedWebhook } from './webhook.record.js';

@ApiSchema({ name: 'MissedReplayBody' })
export class MissedReplayBodyDto {
  @ApiProperty({ format: 'date-time', example: '2026-11-20T00:00:00.000Z' }) from!: string;
  @ApiProperty({ format: 'date-time', example: '2026-11-21T00:00:00.000Z' }) to!: string;
  @ApiProperty({ enum: [true] }) only_missed!: boolean;
}

@ApiSchema({ name: 'MissedReplay' })
export class MissedReplayDto {
  @ApiProperty({ enum: ['POST'] }) method!: string;
  @ApiProperty({ example: '/api/webhooks/wh_06f3k2v4n8q7r9s0t1w2x3y4z5/replay' }) path!: string;
  @ApiProperty({ type: MissedReplayBodyDto }) body!: MissedReplayBodyDto;
}

@ApiSchema({ name: 'MissedEvents' })
export class MissedEventsDto {
  @ApiProperty({ format: 'date-time', example: '2026-11-20T00:00:00.000Z', description: 'Since when it was not enabled' }) from!: string;
  @ApiProperty({ format: 'date-time', example: '2026-11-21T00:00:00.000Z' }) to!: string;
  @ApiProperty({ example: 120, description: 'How many events, among the first 20,000 of the workspace in that time' }) events!: number;
  @ApiProperty({ example: false, description: 'Whether that time has more events than were looked through' }) has_more!: boolean;
  @ApiProperty({ type: MissedReplayDto, description: 'The call that has them delivered, with the body as it is here' }) replay!: MissedReplayDto;
}

@ApiSchema({ name: 'UpdatedWebhook' })
export class UpdatedWebhookDto extends WebhookDto {
  @ApiProperty({ type: MissedEventsDto, nullable: true, description: 'When this call enabled it: the events that it missed while it was paused or disabled, and how to have them sent. Null: none' })
  missed!: MissedEventsDto | null;

  static updated({ webhook, missed }: UpdatedWebhook): UpdatedWebhookDto {
    if (!missed) return { ...WebhookDto.from(webhook), missed: null };
    const [from, to] = [missed.from.toISOString(), missed.to.toISOString()];
    const replay = { method: 'POST', path: `/api/webhooks/${webhook.id}/replay`, body: { from, to, only_missed: true } };
    return { ...WebhookDto.from(webhook), missed: { from, to, events: missed.events, has_more: missed.hasMore, replay } };
  }
}
