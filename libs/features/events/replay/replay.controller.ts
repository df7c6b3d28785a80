import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Caller, GroupQuery, IdParam, Needs, type CallerIdentity } from '#features/accounts/index';
import { ApiErrors, ApiWriteErrors } from '#infra/http/api-errors.decorator';
import { keysetPage } from '#infra/http/list-query';
import { CreateReplayDto, ReplayDto, ReplayListDto, ReplayListQuery, ReplayParam, ReplayTotalDto } from './replay.dto.js';
import { ReplayService } from './replay.service.js';

const defaultPage = 20;

@ApiTags('webhooks')
@Controller('api/webhooks/:id')
export class ReplayController {
  constructor(private readonly replays: ReplayService) {}

  @Post('replay')
  @Needs('webhooks:write')
  @HttpCode(202)
  @ApiOperation({ operationId: 'replayWebhook', summary: 'Send a range of events again, or what of it has not arrived' })
  @ApiAcceptedResponse({ type: ReplayDto, description: 'It is being done; it survives restarts' })
  @ApiOkResponse({ type: ReplayTotalDto, description: 'With `dry_run`' })
  @ApiWriteErrors('parameter_missing', 'not_found', 'webhook_not_enabled', 'replay_running')
  async replay(
    @Caller() caller: CallerIdentity, @Param() { id }: IdParam, @Query() _query: GroupQuery, @Body() body: CreateReplayDto, @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ReplayDto | ReplayTotalDto> {
    const scope = CreateReplayDto.scopeOf(body);
    if (!body.dry_run) return this.replays.begin(caller, id, scope, (replay) => ReplayDto.from(replay));
    const total = await this.replays.measure(caller, id, scope);
    void reply.code(200);
    return { total };
  }

  @Get('replays')
  @Needs('read')
  @ApiOperation({ operationId: 'listReplays', summary: 'The replays of a webhook, newest first' })
  @ApiOkResponse({ type: ReplayListDto })
  @ApiErrors('not_found')
  async list(@Caller() caller: CallerIdentity, @Param() { id }: IdParam, @Query() query: ReplayListQuery): Promise<ReplayListDto> {
    const limit = query.limit ?? defaultPage;
    const { rows, nextCursor } = keysetPage(await this.replays.list(caller, id, { limit, cursor: query.cursor ?? null }), limit);
    return { data: rows.map((row) => ReplayDto.from(row)), next_cursor: nextCursor };
  }

  @Get('replays/:replay_id')
  @Needs('read')
  @ApiOperation({ operationId: 'getReplay', summary: 'How far a replay is' })
  @ApiOkResponse({ type: ReplayDto })
  @ApiErrors('not_found')
  async get(@Caller() caller: CallerIdentity, @Param() { id, replay_id: replayId }: ReplayParam, @Query() _query: GroupQuery): Promise<ReplayDto> {
    return ReplayDto.from(await this.replays.get(caller, id, replayId));
  }

  @Post('replays/:replay_id/cancel')
  @Needs('webhooks:write')
  @HttpCode(200)
  @ApiOperation({ operationId: 'cancelReplay', summary: 'Stop a replay; what it has not sent yet is not sent' })
  @ApiOkResponse({ type: ReplayDto })
  @ApiWriteErrors('not_found')
  cancel(@Caller() caller: CallerIdentity, @Param() { id, replay_id: replayId }: ReplayParam, @Query() _query: GroupQuery): Promise<ReplayDto> {
    return this.replays.cancel(caller, id, replayId, (replay) => ReplayDto.from(replay));
  }
}
