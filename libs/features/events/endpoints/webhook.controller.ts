import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { hours } from '#kernel/clock';
import { ApiErrors, ApiWriteErrors } from '#infra/http/api-errors.decorator';
import { readKeyset, toList } from '#infra/http/list-query';
import { Caller, GroupQuery, IdParam, KeysetQuery, Needs, type CallerIdentity } from '#features/accounts/index';
import { CreateWebhookDto, DeletedWebhookDto, RotateWebhookSecretDto, UpdateWebhookDto, WebhookDto, WebhookListDto, WebhookWithSecretDto } from './webhook.dto.js';
import { UpdatedWebhookDto } from './updated-webhook.dto.js';
import { WebhookSecretService } from './webhook-secret.service.js';
import { WebhookService } from './webhook.service.js';

const defaultOverlapHours = 24;

@ApiTags('webhooks')
@Controller('api/webhooks')
export class WebhookController {
  constructor(
    private readonly webhooks: WebhookService,
    private readonly secrets: WebhookSecretService,
  ) {}

  @Get()
  @Needs('read')
  @ApiOperation({ operationId: 'listWebhooks', summary: 'The webhooks that your key may see, without their secrets' })
  @ApiOkResponse({ type: WebhookListDto })
  @ApiErrors('not_found')
  async list(@Caller() caller: CallerIdentity, @Query() query: KeysetQuery): Promise<WebhookListDto> {
    const keyset = readKeyset(query);
    return toList(await this.webhooks.list(caller, query.profile_group_id, keyset), keyset, (webhook) => WebhookDto.from(webhook));
  }

  @Post()
  @Needs('webhooks:write')
  @ApiOperation({ operationId: 'createWebhook', summary: 'Have events sent to an address of yours, signed' })
  @ApiCreatedResponse({ type: WebhookWithSecretDto })
  @ApiWriteErrors('parameter_missing', 'not_found', 'egress_refused', 'webhook_limit_reached')
  create(@Caller() caller: CallerIdentity, @Query() query: GroupQuery, @Body() body: CreateWebhookDto): Promise<WebhookWithSecretDto> {
    return this.webhooks.create(caller, CreateWebhookDto.fields(body), query.profile_group_id ?? body.profile_group_id ?? null, (made) => WebhookWithSecretDto.inFull(made));
  }

  @Get(':id')
  @Needs('read')
  @ApiOperation({ operationId: 'getWebhook', summary: 'One webhook with its secret' })
  @ApiOkResponse({ type: WebhookWithSecretDto })
  @ApiErrors('not_found', 'webhook_secret_unreadable')
  async get(@Caller() caller: CallerIdentity, @Param() { id }: IdParam, @Query() _query: GroupQuery): Promise<WebhookWithSecretDto> {
    return WebhookWithSecretDto.inFull(await this.secrets.withSecret(await this.webhooks.get(caller, id)));
  }

  @Patch(':id')
  @Needs('webhooks:write')
  @ApiOperation({ operationId: 'updateWebhook', summary: 'Change, pause or go on with a webhook' })
  @ApiOkResponse({ type: UpdatedWebhookDto })
  @ApiWriteErrors('not_found', 'egress_refused')
  update(@Caller() caller: CallerIdentity, @Param() { id }: IdParam, @Query() _query: GroupQuery, @Body() body: UpdateWebhookDto): Promise<UpdatedWebhookDto> {
    return this.webhooks.update(caller, id, { fields: UpdateWebhookDto.fields(body), enabled: body.enabled }, (updated) => UpdatedWebhookDto.updated(updated));
  }

  @Delete(':id')
  @Needs('webhooks:write')
  @ApiOperation({ operationId: 'deleteWebhook', summary: 'Remove a webhook and cancel what waits for it' })
  @ApiOkResponse({ type: DeletedWebhookDto })
  @ApiWriteErrors('not_found')
  delete(@Caller() caller: CallerIdentity, @Param() { id }: IdParam, @Query() _query: GroupQuery): Promise<DeletedWebhookDto> {
    return this.webhooks.remove(caller, id, () => ({ deleted: true }));
  }

  @Post(':id/rotate_secret')
  @Needs('webhooks:write')
  @HttpCode(200)
  @ApiOperation({ operationId: 'rotateWebhookSecret', summary: 'A new secret; the one before it signs along for a while' })
  @ApiOkResponse({ type: WebhookWithSecretDto })
  @ApiWriteErrors('not_found')
  rotate(@Caller() caller: CallerIdentity, @Param() { id }: IdParam, @Query() _query: GroupQuery, @Body() body: RotateWebhookSecretDto): Promise<WebhookWithSecretDto> {
    return this.secrets.rotate(caller, id, hours(body.overlap_hours ?? defaultOverlapHours), (rotated) => WebhookWithSecretDto.inFull(rotated));
  }
}
