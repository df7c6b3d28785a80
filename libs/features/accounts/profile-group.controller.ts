import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiErrors } from '#infra/http/api-errors.decorator';
import { Caller, type CallerIdentity } from './caller.js';
import { Needs } from './needs.decorator.js';
import { GroupQuery, ProfileGroupDto, ProfileGroupListDto } from './profile.dto.js';
import { ProfileGroupRepository } from './profile-group.repository.js';

@ApiTags('profiles')
@Controller('api/profile_groups')
export class ProfileGroupController {
  constructor(private readonly groups: ProfileGroupRepository) {}

  @Get()
  @Needs('read')
  @ApiOperation({ operationId: 'listProfileGroups', summary: 'The groups the key can see' })
  @ApiOkResponse({ type: ProfileGroupListDto })
  @ApiErrors('not_found')
  async list(@Caller() caller: CallerIdentity, @Query() _query: GroupQuery): Promise<ProfileGroupListDto> {
    const groups = await this.groups.list(caller.workspaceId, caller.keyGroupId);
    return { data: groups.map((row) => ProfileGroupDto.from(row)) };
  }
}
