import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import type { MediaDeliveryService } from '#features/media/index';
import { deferralReasons, holdReasons, platformPostStatuses, postStatuses, type DeferralReason, type HoldReason, type PlatformPostStatus, type PostStatus } from './publish.states.js';
import type { MediaRecord, PostRecord, TargetRecord } from './post.record.js';

const nullableText = { type: String, nullable: true } as const;
const nullableNumber = { type: Number, nullable: true } as const;
const nullableMoment = { type: String, nullable: true, format: 'date-time' } as const;

type MediaLinks = Pick<MediaDeliveryService, 'urlFor' | 'thumbnailUrlFor'>;

@ApiSchema({ name: 'ErrorDetails' })
export class ErrorDetailsDto {
  @ApiProperty(nullableNumber) platform_error_code!: number | null;
  @ApiProperty(nullableNumber) platform_error_subcode!: number | null;
  @ApiProperty(nullableText) platform_error_message!: string | null;
  @ApiProperty(nullableText) postproxy_note!: string | null;
  @ApiProperty({ ...nullableText, description: 'The rule that the post breaks, where the network refused it for one: its id in `GET /api/rules`', example: 'instagram.post.aspect_max' }) rule!: string | null;
  @ApiProperty({ ...nullableText, description: 'What to do about it' }) remedy!: string | null;
}

@ApiSchema({ name: 'PostMedia' })
export class PostMediaDto {
  @ApiProperty({ example: 'med_06f3k2v4n8q7r9s0t1w2x3y4z5' }) id!: string;
  @ApiProperty({ enum: ['pending', 'processed', 'failed'] }) status!: string;
  @ApiProperty(nullableText) error_message!: string | null;
  @ApiProperty({ example: 'image/jpeg' }) content_type!: string;
  @ApiProperty({ ...nullableText, description: 'Where it was fetched from; null for an upload' }) source_url!: string | null;
  @ApiProperty({ ...nullableText, description: 'The copy that the networks get; the address is signed and expires' }) url!: string | null;
  @ApiProperty({ ...nullableText, description: 'A JPEG of at most 320 pixels a side, of a video its first picture; signed like `url`. Null where none could be made' }) thumbnail_url!: string | null;
  @ApiProperty({ example: 1080, description: 'Pixels, as displayed' }) width!: number;
  @ApiProperty({ example: 1350 }) height!: number;
  @ApiProperty(nullableNumber) duration_ms!: number | null;
  @ApiProperty({ example: 482_113 }) size_bytes!: number;

  static from(media: MediaRecord, links: MediaLinks): PostMediaDto {
    return {
      id: media.id,
      status: media.status,
      error_message: media.errorMessage,
      content_type: media.contentType,
      source_url: media.sourceUrl,
      url: links.urlFor(media.deliveryKey, media.contentType),
      thumbnail_url: media.thumbnailKey === null ? null : links.thumbnailUrlFor(media.thumbnailKey),
      width: media.width,
      height: media.height,
      duration_ms: media.durationMs,
      size_bytes: media.sizeBytes,
    };
  }
}

@ApiSchema({ name: 'Hold' })
export class HoldDto {
  @ApiProperty({ enum: holdReasons, example: 'profile_disconnected' }) reason!: HoldReason;
  @ApiProperty(nullableMoment) since!: string | null;
}

@ApiSchema({ name: 'PlatformPost' })
export class PlatformPostDto {
  @ApiProperty({ example: 'pp_06f3k2v4n8q7r9s0t1w2x3y4z5' }) id!: string;
  @ApiProperty({ example: 'instagram' }) platform!: string;
  @ApiProperty({ example: 'prof_06f3k2v4n8q7r9s0t1w2x3y4z5' }) profile_id!: string;
  @ApiProperty({ enum: platformPostStatuses }) status!: PlatformPostStatus;
  @ApiProperty({ type: 'object', additionalProperties: true, example: { format: 'post' } }) params!: Record<string, unknown>;
  @ApiProperty(nullableText) error!: string | null;
  @ApiProperty({ type: ErrorDetailsDto, nullable: true }) error_details!: ErrorDetailsDto | null;
  @ApiProperty(nullableMoment) attempted_at!: string | null;
  @ApiProperty(nullableMoment) published_at!: string | null;
  @ApiProperty({ ...nullableMoment, description: 'When it is tried again: after a failure, or when the limit named in `deferral` lets it' }) next_attempt_at!: string | null;
  @ApiProperty({ type: HoldDto, nullable: true, description: 'It waits for a person; null: it does not' }) hold!: HoldDto | null;
  @ApiProperty({ type: String, enum: [...deferralReasons], nullable: true, description: 'Which limit it waits for until `next_attempt_at`; null: none' }) deferral!: DeferralReason | null;
  @ApiProperty({ ...nullableText, description: 'The network\'s own id of the post' }) platform_id!: string | null;
  @ApiProperty(nullableText) permalink!: string | null;
  @ApiProperty({ type: 'object', nullable: true, additionalProperties: true }) insights!: Record<string, unknown> | null;

  static from(target: TargetRecord): PlatformPostDto {
    return {
      id: target.id,
      platform: target.network,
      profile_id: target.profileId,
      status: target.status,
      params: target.params,
      error: target.error,
      error_details: target.errorDetails && { ...target.errorDetails, rule: target.errorDetails.rule ?? null },
      attempted_at: target.attemptedAt?.toISOString() ?? null,
      published_at: target.publishedAt?.toISOString() ?? null,
      next_attempt_at: target.status === 'failed_waiting_for_retry' || target.deferral !== null ? (target.dueAt?.toISOString() ?? null) : null,
      hold: target.hold && { reason: target.hold, since: (target.heldAt ?? target.attemptedAt)?.toISOString() ?? null },
      deferral: target.deferral,
      platform_id: target.remoteId,
      permalink: target.permalink,
      insights: null,
    };
  }
}

@ApiSchema({ name: 'Post' })
export class PostDto {
  @ApiProperty({ example: 'post_06f3k2v4n8q7r9s0t1w2x3y4z5' }) id!: string;
  @ApiProperty({ example: 'Sunrise over the bay' }) body!: string;
  @ApiProperty({ enum: postStatuses }) status!: PostStatus;
  @ApiProperty({ enum: ['heliograph', 'imported'] }) source!: string;
  @ApiProperty() draft!: boolean;
  @ApiProperty({ ...nullableMoment, description: 'Null: now, or in a paused queue' }) scheduled_at!: string | null;
  @ApiProperty({ format: 'date-time' }) created_at!: string;
  @ApiProperty({ format: 'date-time' }) updated_at!: string;
  @ApiProperty({ ...nullableText, description: 'The queue that gives it its time' }) queue_id!: string | null;
  @ApiProperty({ ...nullableText, description: '`high`, `medium` or `low`; null outside of a queue' }) queue_priority!: string | null;
  @ApiProperty({ type: [PostMediaDto] }) media!: PostMediaDto[];
  @ApiProperty({ type: [PlatformPostDto] }) platforms!: PlatformPostDto[];
  @ApiProperty({ type: [String], example: [] }) thread!: string[];
  @ApiProperty({ type: 'object', nullable: true, additionalProperties: true }) metadata!: unknown;

  /** `links` signs the addresses of media. */
  static from(post: PostRecord, links: MediaLinks): PostDto {
    return {
      id: post.id,
      body: post.body,
      status: post.status,
      source: post.source,
      draft: post.status === 'draft',
      scheduled_at: post.scheduledAt?.toISOString() ?? null,
      created_at: post.createdAt.toISOString(),
      updated_at: post.updatedAt.toISOString(),
      queue_id: post.queueId,
      queue_priority: post.queuePriority,
      media: post.media.map((media) => PostMediaDto.from(media, links)),
      platforms: post.targets.map((target) => PlatformPostDto.from(target)),
      thread: [],
      metadata: post.metadata ?? null,
    };
  }
}

@ApiSchema({ name: 'PostList' })
export class PostListDto {
  @ApiPropertyOptional({ example: 1, description: 'In page mode' }) total?: number;
  @ApiPropertyOptional({ example: 0 }) page?: number;
  @ApiPropertyOptional({ example: 10 }) per_page?: number;
  @ApiProperty({ type: [PostDto] }) data!: PostDto[];
  @ApiPropertyOptional({ ...nullableText, description: 'In keyset mode; null at the end' }) next_cursor?: string | null;
}

@ApiSchema({ name: 'Deleted' })
export class DeletedDto {
  @ApiProperty({ example: true }) deleted!: boolean;
}
