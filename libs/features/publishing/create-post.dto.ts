import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsBoolean, IsIn, IsNotEmpty, IsObject, IsOptional, IsString, MaxLength, ValidateNested } from 'class-validator';
import { IsMoment, ToList } from '#infra/http/list-query';
import { IsRequiredParameter } from '#infra/http/validation.pipe';
import { IsSmallJson } from './metadata.rule.js';
import { queuePriorities, type QueuePriority } from './queues/queue-arrangement.rules.js';
import { IsMediaInput, ToBoolean, ToMediaInputs, ToParsedJson, type MediaInput } from './media-input.js';

@ApiSchema({ name: 'PostFields' })
export class PostFieldsDto {
  @ApiPropertyOptional({ example: 'Sunrise over the bay', description: 'The caption' })
  @IsOptional() @IsString() @MaxLength(10_000)
  body?: string;

  @ApiPropertyOptional({ example: '2026-12-24T18:00:00+01:00', description: 'When to publish; without an offset it is UTC, without a value it is now' })
  @IsOptional() @IsMoment()
  scheduled_at?: string;

  @ApiPropertyOptional({ description: 'Keep it unpublished' })
  @IsOptional() @ToBoolean() @IsBoolean()
  draft?: boolean;
}

/** `POST /api/posts`, as JSON or as `multipart/form-data` (`post[body]`, `profiles[]`, `media[]`, `platforms[instagram][format]`). */
@ApiSchema({ name: 'CreatePost' })
export class CreatePostDto {
  @ApiProperty({ type: () => PostFieldsDto })
  @IsRequiredParameter() @IsObject() @ValidateNested() @Type(() => PostFieldsDto)
  post!: PostFieldsDto;

  @ApiProperty({ type: [String], example: ['instagram'], description: 'Profile ids, or a network\'s name for the group\'s profile of it' })
  @IsRequiredParameter() @ToList() @IsArray() @ArrayMaxSize(50) @IsString({ each: true })
  profiles!: string[];

  @ApiPropertyOptional({
    type: 'array',
    items: {
      oneOf: [
        { type: 'string', format: 'uri' },
        { type: 'string', format: 'binary' },
        {
          type: 'object', required: ['base64'], additionalProperties: false,
          properties: { base64: { type: 'string', format: 'byte' }, content_type: { type: 'string', maxLength: 255 }, filename: { type: 'string', maxLength: 255 } },
        },
        { type: 'object', required: ['id'], additionalProperties: false, properties: { id: { type: 'string' } } },
        { type: 'object', required: ['key'], additionalProperties: false, properties: { key: { type: 'string' } } },
      ],
    },
    description: 'In the order of the post: URLs, files of a multipart request, base64 data URIs, `{base64}`, the key of an upload, `{id}` of a medium of an earlier post',
  })
  @IsOptional() @ToMediaInputs() @IsArray() @ArrayMaxSize(20) @IsMediaInput()
  media?: MediaInput[];

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'object', additionalProperties: true },
    example: { instagram: { format: 'post', first_comment: 'Where was this taken?' } },
    description: 'Each network\'s own settings. For Instagram see docs/posts.md',
  })
  @IsOptional() @ToParsedJson() @IsObject()
  platforms?: Record<string, unknown>;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 64, example: 'pq_06f3k2v4n8q7r9s0t1w2x3y4z5', description: 'A queue of the group, which gives the post its time; not with `scheduled_at`' })
  @IsOptional() @IsString() @MaxLength(64)
  queue_id?: string | null;

  @ApiPropertyOptional({ enum: queuePriorities, description: 'Which posts of the queue come first. Default: medium' })
  @IsOptional() @IsIn(queuePriorities)
  queue_priority?: QueuePriority;

  @ApiPropertyOptional({ type: [String], maxItems: 0, description: 'Threads: not on Instagram, so only an empty list is taken' })
  @IsOptional() @IsArray() @ArrayMaxSize(0, { message: 'Threads are not supported' })
  thread?: unknown[];

  @ApiPropertyOptional({ type: 'object', additionalProperties: true, description: 'Your own data, at most 4 KB as JSON; comes back in answers and webhooks' })
  @IsOptional() @ToParsedJson() @IsObject() @IsSmallJson(4096)
  metadata?: Record<string, unknown>;

  @ApiPropertyOptional({ description: 'Post it although the same is posted to the same profile within `DUPLICATE_WINDOW_HOURS`; else that is 409 `duplicate_post`' })
  @IsOptional() @ToBoolean() @IsBoolean()
  allow_duplicate?: boolean;

  @ApiPropertyOptional({ description: 'The group, where the query parameter does not name one' })
  @IsOptional() @IsString() @IsNotEmpty()
  profile_group_id?: string;
}
