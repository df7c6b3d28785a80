import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, UseInterceptors } from '@nestjs/common';
import { ApiConsumes, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller, GroupQuery, IdParam, Needs, type CallerIdentity } from '#features/accounts/index';
import { MediaDeliveryService } from '#features/media/index';
import { ApiErrors, ApiWriteErrors } from '#infra/http/api-errors.decorator';
import { StreamedBody } from '#infra/http/body-limit.decorator';
import { maxJsonBytes, MultipartInterceptor } from '#infra/http/multipart/multipart.interceptor';
import { CreatePostDto } from './create-post.dto.js';
import { DeletePostQuery } from './delete-post.dto.js';
import { ListPostsQuery } from './list-posts.dto.js';
import { CreatedPostDto, WarningDto } from './created-post.dto.js';
import { DeletedDto, PostDto, PostListDto } from './post.dto.js';
import type { PostRecord } from './post.record.js';
import { PostCreationService, type CreatedPost } from './post-creation.service.js';
import { PostService } from './post.service.js';
import { PostValidationService } from './post-validation.service.js';
import { ValidatedPostDto } from './validated-post.dto.js';

@ApiTags('posts')
@Controller('api/posts')
export class PostController {
  constructor(
    private readonly posts: PostService,
    private readonly creation: PostCreationService,
    private readonly validation: PostValidationService,
    private readonly delivery: MediaDeliveryService,
  ) {}

  @Post()
  @Needs('posts:write')
  @StreamedBody(maxJsonBytes, 'json')
  @UseInterceptors(MultipartInterceptor)
  @ApiOperation({ operationId: 'createPost', summary: 'Publish now, later, or keep as a draft' })
  @ApiConsumes('application/json', 'multipart/form-data')
  @ApiCreatedResponse({ type: CreatedPostDto })
  @ApiWriteErrors('parameter_missing', 'not_found', 'body_too_large', 'unsupported_content_type', 'media_unreachable', 'media_unreadable', 'egress_refused', 'duplicate_post')
  async create(@Caller() caller: CallerIdentity, @Query() query: GroupQuery, @Body() body: CreatePostDto): Promise<CreatedPostDto> {
    const show = ({ post, warnings }: CreatedPost): CreatedPostDto => ({ ...this.show(post), warnings: warnings.map((warning) => WarningDto.from(warning)) });
    return this.creation.create(caller, body, query.profile_group_id ?? body.profile_group_id, show);
  }

  @Post('validate')
  @Needs('posts:write')
  @HttpCode(200)
  @StreamedBody(maxJsonBytes, 'json')
  @UseInterceptors(MultipartInterceptor)
  @ApiOperation({ operationId: 'validatePost', summary: 'What creating this post would say; nothing is stored or sent' })
  @ApiConsumes('application/json', 'multipart/form-data')
  @ApiOkResponse({ type: ValidatedPostDto })
  @ApiWriteErrors('parameter_missing', 'not_found', 'body_too_large', 'unsupported_content_type')
  async validate(@Caller() caller: CallerIdentity, @Query() query: GroupQuery, @Body() body: CreatePostDto): Promise<ValidatedPostDto> {
    return ValidatedPostDto.from(await this.validation.validate(caller, body, query.profile_group_id ?? body.profile_group_id));
  }

  @Get()
  @Needs('read')
  @ApiOperation({ operationId: 'listPosts', summary: 'Posts of a group, newest first' })
  @ApiOkResponse({ type: PostListDto })
  @ApiErrors('not_found')
  async list(@Caller() caller: CallerIdentity, @Query() query: ListPostsQuery): Promise<PostListDto> {
    const { posts, page, nextCursor } = await this.posts.list(caller, query);
    const data = posts.map((post) => this.show(post));
    return page ? { total: page.total, page: page.page, per_page: page.perPage, data } : { data, next_cursor: nextCursor ?? null };
  }

  @Get(':id')
  @Needs('read')
  @ApiOperation({ operationId: 'getPost', summary: 'One post with its media and targets' })
  @ApiOkResponse({ type: PostDto })
  @ApiErrors('not_found')
  async get(@Caller() caller: CallerIdentity, @Param() { id }: IdParam, @Query() _query: GroupQuery): Promise<PostDto> {
    return this.show(await this.posts.get(caller, id));
  }

  @Delete(':id')
  @Needs('posts:write')
  @HttpCode(200)
  @ApiOperation({ operationId: 'deletePost', summary: 'Remove our record of a post' })
  @ApiOkResponse({ type: DeletedDto })
  @ApiWriteErrors('not_found', 'state_conflict')
  async delete(@Caller() caller: CallerIdentity, @Param() { id }: IdParam, @Query() query: DeletePostQuery): Promise<DeletedDto> {
    return this.posts.delete(caller, id, { onPlatform: query.delete_on_platform ?? false }, () => ({ deleted: true }));
  }

  private show(post: PostRecord): PostDto {
    return PostDto.from(post, this.delivery);
  }
}
