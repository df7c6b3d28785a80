import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query, UseInterceptors } from '@nestjs/common';
import { ApiConsumes, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller, GroupQuery, IdParam, KeysetQuery, Needs, type CallerIdentity } from '#features/accounts/index';
import { MediaDeliveryService } from '#features/media/index';
import { ApiErrors, ApiWriteErrors } from '#infra/http/api-errors.decorator';
import { StreamedBody } from '#infra/http/body-limit.decorator';
import { maxJsonBytes, MultipartInterceptor } from '#infra/http/multipart/multipart.interceptor';
import { CreatedPostDto, WarningDto } from './created-post.dto.js';
import type { CreatedPost } from './post-creation.service.js';
import { DeletedDto, PostDto } from './post.dto.js';
import { PublishPostDto } from './publish-post.dto.js';
import { PostEditingService } from './post-editing.service.js';
import type { PostRecord } from './post.record.js';
import { PostReconcileService } from './post-reconcile.service.js';
import { PostRetryService } from './post-retry.service.js';
import { PostService } from './post.service.js';
import { TimelineDto, TimelineEntryDto } from './post-timeline.dto.js';
import { ReconcilePostDto } from './reconcile-post.dto.js';
import { RetryPostDto } from './retry-post.dto.js';
import { UpdatePostDto } from './update-post.dto.js';

/** What can be done to a post that is there. */
@ApiTags('posts')
@Controller('api/posts/:id')
export class PostChangeController {
  constructor(
    private readonly posts: PostService,
    private readonly editing: PostEditingService,
    private readonly retries: PostRetryService,
    private readonly reconciling: PostReconcileService,
    private readonly delivery: MediaDeliveryService,
  ) {}

  @Patch()
  @Needs('posts:write')
  @StreamedBody(maxJsonBytes, 'json')
  @UseInterceptors(MultipartInterceptor)
  @ApiOperation({ operationId: 'updatePost', summary: 'Change a draft, or a scheduled post more than 5 minutes before its time' })
  @ApiConsumes('application/json', 'multipart/form-data')
  @ApiOkResponse({ type: CreatedPostDto })
  @ApiWriteErrors('not_found', 'body_too_large', 'unsupported_content_type', 'media_unreachable', 'media_unreadable', 'egress_refused', 'parameter_missing', 'duplicate_post')
  update(@Caller() caller: CallerIdentity, @Param() { id }: IdParam, @Query() _query: GroupQuery, @Body() body: UpdatePostDto): Promise<CreatedPostDto> {
    return this.editing.edit(caller, id, body, (changed) => this.showChanged(changed));
  }

  @Post('publish')
  @Needs('posts:write')
  @HttpCode(200)
  @ApiOperation({ operationId: 'publishPost', summary: 'Send a draft on its way: at its scheduled_at, or now' })
  @ApiOkResponse({ type: CreatedPostDto })
  @ApiWriteErrors('not_found', 'duplicate_post')
  publish(@Caller() caller: CallerIdentity, @Param() { id }: IdParam, @Query() _query: GroupQuery, @Body() body: PublishPostDto): Promise<CreatedPostDto> {
    return this.editing.publish(caller, id, body, (changed) => this.showChanged(changed));
  }

  @Post('retry')
  @Needs('posts:write')
  @HttpCode(200)
  @ApiOperation({ operationId: 'retryPost', summary: 'Try failed targets again; never one that is published or unconfirmed' })
  @ApiOkResponse({ type: PostDto })
  @ApiWriteErrors('not_found')
  retry(@Caller() caller: CallerIdentity, @Param() { id }: IdParam, @Query() _query: GroupQuery, @Body() body: RetryPostDto): Promise<PostDto> {
    return this.retries.retry(caller, id, body.profile_id ?? null, (post) => this.show(post));
  }

  @Post('reconcile')
  @Needs('posts:write')
  @HttpCode(200)
  @ApiOperation({ operationId: 'reconcilePost', summary: 'Ask the network again, now, about targets in doubt; nothing is sent again' })
  @ApiOkResponse({ type: PostDto })
  @ApiWriteErrors('not_found')
  reconcile(@Caller() caller: CallerIdentity, @Param() { id }: IdParam, @Query() _query: GroupQuery, @Body() body: ReconcilePostDto): Promise<PostDto> {
    return this.reconciling.reconcile(caller, id, body.profile_id ?? null, (post) => this.show(post));
  }

  @Get('timeline')
  @Needs('read')
  @ApiOperation({ operationId: 'getPostTimeline', summary: 'Every attempt and change of state, oldest first' })
  @ApiOkResponse({ type: TimelineDto })
  @ApiErrors('not_found')
  async timeline(@Caller() caller: CallerIdentity, @Param() { id }: IdParam, @Query() query: KeysetQuery): Promise<TimelineDto> {
    const { rows, nextCursor } = await this.posts.timeline(caller, id, query);
    return { data: rows.map((entry) => TimelineEntryDto.from(entry)), next_cursor: nextCursor };
  }

  @Post('delete_on_platform')
  @Needs('posts:write')
  @HttpCode(200)
  @ApiOperation({ operationId: 'deletePostOnPlatform', summary: 'Delete a post where it was published. No network that is built in can: always refused' })
  @ApiOkResponse({ type: DeletedDto })
  @ApiWriteErrors('not_found')
  deleteOnPlatform(@Caller() caller: CallerIdentity, @Param() { id }: IdParam, @Query() _query: GroupQuery): Promise<DeletedDto> {
    return this.posts.deleteOnPlatform(caller, id);
  }

  private showChanged({ post, warnings }: CreatedPost): CreatedPostDto {
    return { ...this.show(post), warnings: warnings.map((warning) => WarningDto.from(warning)) };
  }

  private show(post: PostRecord): PostDto {
    return PostDto.from(post, this.delivery);
  }
}
