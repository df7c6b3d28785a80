import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiErrors, ApiWriteErrors } from '#infra/http/api-errors.decorator';
import { keysetPage, readPaging } from '#infra/http/list-query';
import { Caller, GroupQuery, IdParam, Needs, type CallerIdentity } from '#features/accounts/index';
import { WebhookTarget } from '../webhook-target.js';
import { AttemptListDto, DeadLetterListDto, DeliveryDto, DeliveryParam, ListDeadLettersQuery, ListDeliveriesQuery, RedriveDto, RedrivenDto, WebhookStatsDto } from './webhook-delivery.dto.js';
import { TestWebhookDto } from './webhook.dto.js';
import { WebhookAttemptService } from './webhook-attempt.service.js';
import { WebhookDeliveryService } from './webhook-delivery.service.js';
import { mostCounted } from './webhook-stats.repository.js';

const defaultPage = 20;
const mostRedriven = 1_000;

@ApiTags('webhooks')
@Controller('api/webhooks/:id')
export class WebhookDeliveryController {
  constructor(
    private readonly deliveries: WebhookDeliveryService,
    private readonly attempts: WebhookAttemptService,
    private readonly target: WebhookTarget,
  ) {}

  @Post('test')
  @Needs('webhooks:write')
  @HttpCode(202)
  @ApiOperation({ operationId: 'testWebhook', summary: 'Send a sample of any event, signed and logged like all others' })
  @ApiAcceptedResponse({ type: DeliveryDto })
  @ApiWriteErrors('not_found', 'egress_refused', 'webhook_not_enabled', 'webhook_tests_pending')
  test(@Caller() caller: CallerIdentity, @Param() { id }: IdParam, @Query() _query: GroupQuery, @Body() body: TestWebhookDto): Promise<DeliveryDto> {
    return this.deliveries.test(caller, id, body.type ?? 'webhook.test', (url) => this.target.check(url), (made) => DeliveryDto.from(made));
  }

  @Get('deliveries')
  @Needs('read')
  @ApiOperation({ operationId: 'listWebhookDeliveries', summary: 'Every call to a webhook with what was sent and answered, newest first' })
  @ApiOkResponse({ type: AttemptListDto })
  @ApiErrors('not_found')
  async list(@Caller() caller: CallerIdentity, @Param() { id }: IdParam, @Query() query: ListDeliveriesQuery): Promise<AttemptListDto> {
    const paging = readPaging(query, defaultPage);
    const page = await this.attempts.list(caller, id, ListDeliveriesQuery.filter(query), paging);
    return { ...(paging.mode === 'page' && page.total !== undefined && { total: Math.min(page.total, mostCounted), total_capped: page.total > mostCounted, page: paging.page, per_page: paging.perPage }), ...AttemptListDto.from(page) };
  }

  @Post('deliveries/:delivery_id/redeliver')
  @Needs('webhooks:write')
  @HttpCode(202)
  @ApiOperation({ operationId: 'redeliverWebhook', summary: 'Send again what a delivery sent' })
  @ApiAcceptedResponse({ type: DeliveryDto })
  @ApiWriteErrors('not_found', 'webhook_not_enabled')
  redeliver(@Caller() caller: CallerIdentity, @Param() { id, delivery_id: deliveryId }: DeliveryParam, @Query() _query: GroupQuery): Promise<DeliveryDto> {
    return this.deliveries.redeliver(caller, id, deliveryId, (made) => DeliveryDto.from(made));
  }

  @Get('dead_letters')
  @Needs('read')
  @ApiOperation({ operationId: 'listDeadLetters', summary: 'Deliveries whose every attempt failed, newest first' })
  @ApiOkResponse({ type: DeadLetterListDto })
  @ApiErrors('not_found')
  async listDead(@Caller() caller: CallerIdentity, @Param() { id }: IdParam, @Query() query: ListDeadLettersQuery): Promise<DeadLetterListDto> {
    const limit = query.limit ?? defaultPage;
    const { rows, nextCursor } = keysetPage(await this.deliveries.listDead(caller, id, { limit, cursor: query.cursor ?? null }), limit);
    return { data: rows.map((row) => DeliveryDto.from(row)), next_cursor: nextCursor };
  }

  @Post('dead_letters/redrive')
  @Needs('webhooks:write')
  @HttpCode(202)
  @ApiOperation({ operationId: 'redriveDeadLetters', summary: 'Send dead letters again, oldest first, up to a thousand at once' })
  @ApiAcceptedResponse({ type: RedrivenDto })
  @ApiWriteErrors('not_found', 'webhook_not_enabled')
  redrive(@Caller() caller: CallerIdentity, @Param() { id }: IdParam, @Query() _query: GroupQuery, @Body() body: RedriveDto): Promise<RedrivenDto> {
    return this.deliveries.redrive(caller, id, { limit: body.limit ?? mostRedriven, cursor: body.cursor ?? null }, (outcome) => RedrivenDto.from(outcome));
  }

  @Get('stats')
  @Needs('read')
  @ApiOperation({ operationId: 'getWebhookStats', summary: 'How delivering goes: the last day, what waits, the circuit breaker' })
  @ApiOkResponse({ type: WebhookStatsDto })
  @ApiErrors('not_found')
  async stats(@Caller() caller: CallerIdentity, @Param() { id }: IdParam, @Query() _query: GroupQuery): Promise<WebhookStatsDto> {
    return WebhookStatsDto.from(await this.deliveries.readStats(caller, id));
  }
}
