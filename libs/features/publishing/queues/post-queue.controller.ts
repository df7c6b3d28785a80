import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller, GroupQuery, IdParam, KeysetQuery, Needs, type CallerIdentity } from '#features/accounts/index';
import { ApiErrors, ApiWriteErrors } from '#infra/http/api-errors.decorator';
import { readKeyset, toList } from '#infra/http/list-query';
import { DeletedDto } from '../post.dto.js';
import { CreatePostQueueDto, PostQueueDto, PostQueueListDto, PreviewQuery, UpdatePostQueueDto } from './post-queue.dto.js';
import { PostQueueService } from './post-queue.service.js';
import { NextSlotDto, QueuePreviewDto, SlotOutlookDto } from './queue-outlook.dto.js';
import { QueueOutlookService } from './queue-outlook.service.js';

@ApiTags('post queues')
@Controller('api/post_queues')
export class PostQueueController {
  constructor(
    private readonly queues: PostQueueService,
    private readonly outlook: QueueOutlookService,
  ) {}

  @Get()
  @Needs('read')
  @ApiOperation({ operationId: 'listPostQueues', summary: 'The queues of a group' })
  @ApiOkResponse({ type: PostQueueListDto })
  @ApiErrors('not_found')
  async list(@Caller() caller: CallerIdentity, @Query() query: KeysetQuery): Promise<PostQueueListDto> {
    const keyset = readKeyset(query);
    return toList(await this.queues.list(caller, keyset), keyset, (queue) => PostQueueDto.from(queue));
  }

  @Post()
  @Needs('posts:write')
  @ApiOperation({ operationId: 'createPostQueue', summary: 'Weekly slots, into which posts are put one after the other' })
  @ApiCreatedResponse({ type: PostQueueDto })
  @ApiWriteErrors('parameter_missing', 'not_found')
  create(@Caller() caller: CallerIdentity, @Query() query: GroupQuery, @Body() body: CreatePostQueueDto): Promise<PostQueueDto> {
    return this.queues.create(caller, body, query.profile_group_id ?? body.profile_group_id, (queue) => PostQueueDto.from(queue));
  }

  @Get(':id')
  @Needs('read')
  @ApiOperation({ operationId: 'getPostQueue', summary: 'One queue with its slots' })
  @ApiOkResponse({ type: PostQueueDto })
  @ApiErrors('not_found')
  async get(@Caller() caller: CallerIdentity, @Param() { id }: IdParam, @Query() _query: GroupQuery): Promise<PostQueueDto> {
    return PostQueueDto.from(await this.queues.get(caller, id));
  }

  @Patch(':id')
  @Needs('posts:write')
  @ApiOperation({ operationId: 'updatePostQueue', summary: 'Change, pause or go on with a queue; its posts get their slots anew' })
  @ApiOkResponse({ type: PostQueueDto })
  @ApiWriteErrors('parameter_missing', 'not_found')
  update(@Caller() caller: CallerIdentity, @Param() { id }: IdParam, @Query() _query: GroupQuery, @Body() body: UpdatePostQueueDto): Promise<PostQueueDto> {
    return this.queues.update(caller, id, body, (queue) => PostQueueDto.from(queue));
  }

  @Delete(':id')
  @Needs('posts:write')
  @HttpCode(200)
  @ApiOperation({ operationId: 'deletePostQueue', summary: 'Remove a queue; its posts stay' })
  @ApiOkResponse({ type: DeletedDto })
  @ApiWriteErrors('not_found')
  delete(@Caller() caller: CallerIdentity, @Param() { id }: IdParam, @Query() _query: GroupQuery): Promise<DeletedDto> {
    return this.queues.remove(caller, id, () => ({ deleted: true }));
  }

  @Get(':id/next_slot')
  @Needs('read')
  @ApiOperation({ operationId: 'getNextSlot', summary: 'The first slot ahead that is free' })
  @ApiOkResponse({ type: NextSlotDto })
  @ApiErrors('not_found')
  async nextSlot(@Caller() caller: CallerIdentity, @Param() { id }: IdParam, @Query() _query: GroupQuery): Promise<NextSlotDto> {
    return { next_slot: (await this.outlook.nextSlot(caller, id))?.toISOString() ?? null };
  }

  @Get(':id/preview')
  @Needs('read')
  @ApiOperation({ operationId: 'previewPostQueue', summary: 'The slots of the coming days, with the post that sits in each' })
  @ApiOkResponse({ type: QueuePreviewDto })
  @ApiErrors('not_found')
  async preview(@Caller() caller: CallerIdentity, @Param() { id }: IdParam, @Query() query: PreviewQuery): Promise<QueuePreviewDto> {
    return { data: (await this.outlook.preview(caller, id, query.days ?? 7)).map((slot) => SlotOutlookDto.from(slot)) };
  }
}
