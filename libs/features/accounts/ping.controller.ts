import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiErrors } from '#infra/http/api-errors.decorator';
import { PingDto } from './api-key.dto.js';
import { Caller, type CallerIdentity } from './caller.js';
import { Needs } from './needs.decorator.js';
import { GroupQuery } from './profile.dto.js';

@ApiTags('keys')
@Controller('api/ping')
export class PingController {
  @Get()
  @Needs('read')
  @ApiOperation({ operationId: 'getPing', summary: 'Whether your key works, and where it acts; asks no database' })
  @ApiOkResponse({ type: PingDto })
  @ApiErrors('not_found')
  ping(@Caller() caller: CallerIdentity, @Query() _query: GroupQuery): PingDto {
    return { workspace_id: caller.workspaceId, key_id: caller.keyId, profile_group_id: caller.profileGroupId };
  }
}
