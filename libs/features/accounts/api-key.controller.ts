import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Clock, seconds } from '#kernel/clock';
import { ApiErrors, ApiWriteErrors } from '#infra/http/api-errors.decorator';
import { toMoment, readPaging } from '#infra/http/list-query';
import { ApiKeyDto, ApiKeyListDto, CreateApiKeyDto, defaultOverlap, DeletedApiKeyDto, IssuedApiKeyDto, ListApiKeysQuery, RotateApiKeyDto } from './api-key.dto.js';
import { ApiKeyService } from './api-key.service.js';
import { Caller, type CallerIdentity } from './caller.js';
import { Needs } from './needs.decorator.js';
import { GroupQuery, IdParam } from './profile.dto.js';

const defaultPage = 100;

@ApiTags('keys')
@Controller('api/keys')
export class ApiKeyController {
  constructor(
    private readonly keys: ApiKeyService,
    private readonly clock: Clock,
  ) {}

  @Get()
  @Needs('keys:write')
  @ApiOperation({ operationId: 'listApiKeys', summary: 'The keys that yours may see, newest first, without their secrets' })
  @ApiOkResponse({ type: ApiKeyListDto })
  @ApiErrors('not_found')
  async list(@Caller() caller: CallerIdentity, @Query() query: ListApiKeysQuery): Promise<ApiKeyListDto> {
    const paging = readPaging(query, defaultPage);
    const { keys, total, nextCursor } = await this.keys.list(caller, paging);
    const now = this.clock.now();
    const page = paging.mode === 'page' && total !== undefined ? { total, page: paging.page, per_page: paging.perPage } : {};
    return { ...page, data: keys.map((key) => ApiKeyDto.from(key, now)), next_cursor: nextCursor };
  }

  @Post()
  @Needs('keys:write')
  @ApiOperation({ operationId: 'createApiKey', summary: 'A new key, never wider than yours; the answer alone shows it' })
  @ApiCreatedResponse({ type: IssuedApiKeyDto })
  @ApiWriteErrors('parameter_missing', 'not_found')
  async create(@Caller() caller: CallerIdentity, @Query() _query: GroupQuery, @Body() body: CreateApiKeyDto): Promise<IssuedApiKeyDto> {
    const request = {
      name: body.name,
      permissions: body.permissions ?? null,
      profileGroupId: body.profile_group_id ?? null,
      expiresAt: body.expires_at ? toMoment(body.expires_at) : null,
    };
    return this.keys.create(caller, request, (issued) => IssuedApiKeyDto.issued(issued, this.clock.now()));
  }

  @Post(':id/rotate')
  @Needs('keys:write')
  @ApiOperation({ operationId: 'rotateApiKey', summary: 'A new secret; the old one goes on working for a while' })
  @ApiCreatedResponse({ type: IssuedApiKeyDto })
  @ApiWriteErrors('not_found', 'state_conflict')
  async rotate(@Caller() caller: CallerIdentity, @Param() { id }: IdParam, @Query() _query: GroupQuery, @Body() body: RotateApiKeyDto): Promise<IssuedApiKeyDto> {
    return this.keys.rotate(caller, id, seconds(body.overlap_seconds ?? defaultOverlap), (issued) => IssuedApiKeyDto.issued(issued, this.clock.now()));
  }

  @Delete(':id')
  @Needs('keys:write')
  @ApiOperation({ operationId: 'revokeApiKey', summary: 'Refuse a key from now on' })
  @ApiOkResponse({ type: DeletedApiKeyDto })
  @ApiWriteErrors('not_found')
  async revoke(@Caller() caller: CallerIdentity, @Param() { id }: IdParam, @Query() _query: GroupQuery): Promise<DeletedApiKeyDto> {
    return this.keys.revoke(caller, id, () => ({ deleted: true }));
  }
}
