import { Controller, Get, Query, Req } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Caller, Needs, type CallerIdentity } from '#features/accounts/index';
import { ApiErrors } from '#infra/http/api-errors.decorator';
import { seconds } from '#kernel/clock';
import { EventListDto, ListEventsQuery } from './feed.dto.js';
import { FeedService } from './feed.service.js';

const defaultPage = 100;

@ApiTags('events')
@Controller('api/events')
export class FeedController {
  constructor(private readonly feed: FeedService) {}

  @Get()
  @Needs('read')
  @ApiOperation({ operationId: 'readEvents', summary: 'What happened, oldest first, each event exactly as webhooks send it; with a key of one group, in that group' })
  @ApiOkResponse({ type: EventListDto })
  @ApiErrors('not_found', 'events_expired')
  async list(@Caller() caller: CallerIdentity, @Query() query: ListEventsQuery, @Req() request: FastifyRequest): Promise<EventListDto> {
    const wish = {
      profileGroupId: caller.keyGroupId ?? query.profile_group_id ?? null,
      types: query.types ?? [],
      after: BigInt(query.after ?? 0),
      limit: query.limit ?? defaultPage,
      waitMs: seconds(query.wait ?? 0),
    };
    const gone = new AbortController();
    const leave = (): void => gone.abort();
    request.raw.socket.once('close', leave);
    try {
      return EventListDto.from(await this.feed.read(caller.workspaceId, wish, gone.signal));
    } finally {
      request.raw.socket.off('close', leave);
    }
  }
}
