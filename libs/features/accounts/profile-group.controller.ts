import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiErrors, ApiWriteErrors } from '#infra/http/api-errors.decorator';
import { readKeyset, toList } from '#infra/http/list-query';
import { Caller, type CallerIdentity } from './caller.js';
import { ConnectionService } from './connection.service.js';
import { Needs } from './needs.decorator.js';
import { CreateProfileGroupDto, InitializeConnectionDto, InitializedConnectionDto, RemovedProfileGroupDto } from './profile-group.dto.js';
import { ProfileGroupService } from './profile-group.service.js';
import { GroupQuery, IdParam, KeysetQuery, ProfileGroupDto, ProfileGroupListDto } from './profile.dto.js';

@ApiTags('profiles')
@Controller('api/profile_groups')
export class ProfileGroupController {
  constructor(
    private readonly groups: ProfileGroupService,
    private readonly connections: ConnectionService,
  ) {}

  @Get()
  @Needs('read')
  @ApiOperation({ operationId: 'listProfileGroups', summary: 'The groups the key can see' })
  @ApiOkResponse({ type: ProfileGroupListDto })
  @ApiErrors('not_found')
  async list(@Caller() caller: CallerIdentity, @Query() query: KeysetQuery): Promise<ProfileGroupListDto> {
    const keyset = readKeyset(query);
    return toList(await this.groups.list(caller, keyset), keyset, (row) => ProfileGroupDto.from(row));
  }

  @Post()
  @Needs('profiles:write')
  @ApiOperation({ operationId: 'createProfileGroup', summary: 'A new brand; needs a key of the whole workspace' })
  @ApiCreatedResponse({ type: ProfileGroupDto })
  @ApiWriteErrors('parameter_missing', 'not_found', 'key_limited_to_group')
  async create(@Caller() caller: CallerIdentity, @Query() _query: GroupQuery, @Body() body: CreateProfileGroupDto): Promise<ProfileGroupDto> {
    return this.groups.create(caller, body.profile_group?.name ?? body.name, (group) => ProfileGroupDto.from(group));
  }

  @Get(':id')
  @Needs('read')
  @ApiOperation({ operationId: 'getProfileGroup', summary: 'One group' })
  @ApiOkResponse({ type: ProfileGroupDto })
  @ApiErrors('not_found')
  async get(@Caller() caller: CallerIdentity, @Param() { id }: IdParam, @Query() _query: GroupQuery): Promise<ProfileGroupDto> {
    return ProfileGroupDto.from(await this.groups.get(caller, id));
  }

  @Delete(':id')
  @Needs('profiles:write')
  @ApiOperation({ operationId: 'deleteProfileGroup', summary: 'Remove a group with its profiles, posts and keys; needs a key of the whole workspace' })
  @ApiOkResponse({ type: RemovedProfileGroupDto })
  @ApiWriteErrors('not_found', 'state_conflict', 'key_limited_to_group')
  async delete(@Caller() caller: CallerIdentity, @Param() { id }: IdParam, @Query() _query: GroupQuery): Promise<RemovedProfileGroupDto> {
    return this.groups.remove(caller, id, () => ({ deleted: true }));
  }

  @Post(':id/initialize_connection')
  @Needs('profiles:write')
  @HttpCode(200)
  @ApiOperation({ operationId: 'initializeConnection', summary: 'The page on which a person connects an account to the group' })
  @ApiOkResponse({ type: InitializedConnectionDto })
  @ApiWriteErrors('parameter_missing', 'not_found', 'state_conflict', 'redirect_not_allowed')
  async connect(
    @Caller() caller: CallerIdentity, @Param() { id }: IdParam, @Query() _query: GroupQuery, @Body() body: InitializeConnectionDto,
  ): Promise<InitializedConnectionDto> {
    return this.connections.begin(caller, id, { network: body.platform ?? body.network, redirectUrl: body.redirect_url }, (url) => ({ url, success: true }));
  }
}
