import { Controller, Delete, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { ApiErrors, ApiWriteErrors } from '#infra/http/api-errors.decorator';
import { readKeyset, toList } from '#infra/http/list-query';
import { Caller, type CallerIdentity } from './caller.js';
import { Needs } from './needs.decorator.js';
import { GroupQuery, IdParam, KeysetQuery, PlacementListDto, ProfileDetailDto, ProfileDto, ProfileListDto, RemovedProfileDto } from './profile.dto.js';
import { ProfileHealthDto, PublishingLimitDto } from './profile-health.dto.js';
import { ProfileHealthService } from './profile-health.service.js';
import { ProfileLimitService } from './profile-limit.service.js';
import { ProfileNetworkService } from './profile-network.service.js';
import { ProfileRemovalService } from './profile-removal.service.js';
import { ProfileService } from './profile.service.js';

@ApiTags('profiles')
@Controller('api/profiles')
export class ProfileController {
  constructor(
    private readonly profiles: ProfileService,
    private readonly conditions: ProfileHealthService,
    private readonly limits: ProfileLimitService,
    private readonly network: ProfileNetworkService,
    private readonly removals: ProfileRemovalService,
  ) {}

  @Get()
  @Needs('read')
  @ApiOperation({ operationId: 'listProfiles', summary: 'The connected accounts of a group' })
  @ApiOkResponse({ type: ProfileListDto })
  @ApiErrors('not_found')
  async list(@Caller() caller: CallerIdentity, @Query() query: KeysetQuery): Promise<ProfileListDto> {
    const keyset = readKeyset(query);
    return toList(await this.profiles.list(caller, keyset), keyset, (row) => ProfileDto.from(row));
  }

  @Get(':id')
  @Needs('read')
  @ApiOperation({ operationId: 'getProfile', summary: 'One connected account' })
  @ApiOkResponse({ type: ProfileDetailDto })
  @ApiErrors('not_found')
  async get(@Caller() caller: CallerIdentity, @Param() { id }: IdParam, @Query() _query: GroupQuery): Promise<ProfileDetailDto> {
    return ProfileDetailDto.from(await this.profiles.get(caller, id));
  }

  @Delete(':id')
  @Needs('profiles:write')
  @ApiOperation({ operationId: 'deleteProfile', summary: 'Take an account out of its group' })
  @ApiOkResponse({ type: RemovedProfileDto })
  @ApiWriteErrors('not_found', 'state_conflict')
  async delete(@Caller() caller: CallerIdentity, @Param() { id }: IdParam, @Query() _query: GroupQuery): Promise<RemovedProfileDto> {
    return this.removals.remove(caller, id, () => ({ success: true }));
  }

  @Get(':id/placements')
  @Needs('read')
  @ApiOperation({ operationId: 'listPlacements', summary: 'The places within an account that can be posted to' })
  @ApiOkResponse({ type: PlacementListDto })
  @ApiErrors('not_found', 'state_conflict', 'token_unreadable', 'network_failed', 'network_timeout', 'network_refused')
  async placements(@Caller() caller: CallerIdentity, @Param() { id }: IdParam, @Query() _query: GroupQuery): Promise<PlacementListDto> {
    return { data: (await this.network.placements(caller, id)).map((placement) => ({ ...placement })) };
  }

  @Get(':id/health')
  @Needs('read')
  @ApiOperation({ operationId: 'getProfileHealth', summary: 'How the connection of an account is, and what to do about it' })
  @ApiOkResponse({ type: ProfileHealthDto })
  @ApiErrors('not_found')
  async health(@Caller() caller: CallerIdentity, @Param() { id }: IdParam, @Query() _query: GroupQuery): Promise<ProfileHealthDto> {
    return ProfileHealthDto.from(await this.conditions.health(caller, id));
  }

  @Get(':id/publishing_limit')
  @Needs('read')
  @ApiOperation({ operationId: 'getPublishingLimit', summary: 'How much the network still lets an account publish' })
  @ApiOkResponse({ type: PublishingLimitDto })
  @ApiErrors('not_found', 'state_conflict', 'token_unreadable', 'network_failed', 'network_timeout', 'network_refused')
  async limit(@Caller() caller: CallerIdentity, @Param() { id }: IdParam, @Query() _query: GroupQuery): Promise<PublishingLimitDto> {
    return PublishingLimitDto.from(await this.limits.publishingLimit(caller, id));
  }
}
