import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { ApiErrors } from '#infra/http/api-errors.decorator';
import { Caller, type CallerIdentity } from './caller.js';
import { Needs } from './needs.decorator.js';
import { GroupQuery, IdParam, ProfileDto, ProfileListDto } from './profile.dto.js';
import { ProfileService } from './profile.service.js';

@ApiTags('profiles')
@Controller('api/profiles')
export class ProfileController {
  constructor(private readonly profiles: ProfileService) {}

  @Get()
  @Needs('read')
  @ApiOperation({ operationId: 'listProfiles', summary: 'The connected accounts of a group' })
  @ApiOkResponse({ type: ProfileListDto })
  @ApiErrors('not_found')
  async list(@Caller() caller: CallerIdentity, @Query() _query: GroupQuery): Promise<ProfileListDto> {
    return { data: (await this.profiles.list(caller)).map((row) => ProfileDto.from(row)) };
  }

  @Get(':id')
  @Needs('read')
  @ApiOperation({ operationId: 'getProfile', summary: 'One connected account' })
  @ApiOkResponse({ type: ProfileDto })
  @ApiErrors('not_found')
  async get(@Caller() caller: CallerIdentity, @Param() { id }: IdParam, @Query() _query: GroupQuery): Promise<ProfileDto> {
    return ProfileDto.from(await this.profiles.get(caller, id));
  }
}
