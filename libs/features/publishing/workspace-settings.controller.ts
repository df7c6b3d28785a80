import { Body, Controller, Get, Patch, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller, GroupQuery, Needs, type CallerIdentity } from '#features/accounts/index';
import { ApiErrors, ApiWriteErrors } from '#infra/http/api-errors.decorator';
import { UpdateWorkspaceSettingsDto, WorkspaceSettingsDto } from './workspace-settings.dto.js';
import { WorkspaceSettingsService } from './workspace-settings.service.js';

@ApiTags('workspace')
@Controller('api/workspace/settings')
export class WorkspaceSettingsController {
  constructor(private readonly settings: WorkspaceSettingsService) {}

  @Get()
  @Needs('read')
  @ApiOperation({ operationId: 'getWorkspaceSettings', summary: 'What the workspace decides for all its posts' })
  @ApiOkResponse({ type: WorkspaceSettingsDto })
  @ApiErrors('not_found')
  async get(@Caller() caller: CallerIdentity, @Query() _query: GroupQuery): Promise<WorkspaceSettingsDto> {
    return WorkspaceSettingsDto.from(await this.settings.get(caller));
  }

  @Patch()
  @Needs('posts:write')
  @ApiOperation({ operationId: 'updateWorkspaceSettings', summary: 'Change what is sent; null gives it back to the installation. Needs a key of the whole workspace' })
  @ApiOkResponse({ type: WorkspaceSettingsDto })
  @ApiWriteErrors('key_limited_to_group', 'not_found')
  update(@Caller() caller: CallerIdentity, @Query() _query: GroupQuery, @Body() body: UpdateWorkspaceSettingsDto): Promise<WorkspaceSettingsDto> {
    return this.settings.change(caller, { policy: body.overdue_policy, minutes: body.overdue_minutes }, (settings) => WorkspaceSettingsDto.from(settings));
  }
}
