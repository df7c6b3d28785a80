import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiErrors, ApiWriteErrors } from '#infra/http/api-errors.decorator';
import { Caller, type CallerIdentity } from './caller.js';
import { ChangedIceBreakersDto, IceBreakersDto, SetIceBreakersDto } from './ice-breaker.dto.js';
import { Needs } from './needs.decorator.js';
import { GroupQuery, IdParam } from './profile.dto.js';
import { ProfileNetworkService } from './profile-network.service.js';

/** The questions people see before they write to an account for the first time. They stand at the network; nothing is kept here. */
@ApiTags('profiles')
@Controller('api/profiles/:id/ice_breakers')
export class IceBreakerController {
  constructor(private readonly network: ProfileNetworkService) {}

  @Get()
  @Needs('read')
  @ApiOperation({ operationId: 'getIceBreakers', summary: 'The questions offered to people who have not written yet' })
  @ApiOkResponse({ type: IceBreakersDto })
  @ApiErrors('not_found', 'state_conflict', 'token_unreadable', 'network_limited', 'network_failed', 'network_timeout', 'network_refused')
  async list(@Caller() caller: CallerIdentity, @Param() { id }: IdParam, @Query() _query: GroupQuery): Promise<IceBreakersDto> {
    const found = await this.network.iceBreakers(caller, id);
    return { ice_breakers: found.map(({ question, payload }) => ({ question, payload })) };
  }

  @Post()
  @Needs('messages:write')
  @HttpCode(200)
  @ApiOperation({ operationId: 'setIceBreakers', summary: 'Offer these questions and no others' })
  @ApiOkResponse({ type: ChangedIceBreakersDto })
  @ApiWriteErrors('parameter_missing', 'not_found', 'state_conflict', 'token_unreadable', 'network_limited', 'network_failed', 'network_timeout', 'network_refused')
  async replace(@Caller() caller: CallerIdentity, @Param() { id }: IdParam, @Query() _query: GroupQuery, @Body() body: SetIceBreakersDto): Promise<ChangedIceBreakersDto> {
    return this.network.replaceIceBreakers(caller, id, body.ice_breakers, () => ({ success: true }));
  }

  @Delete()
  @Needs('messages:write')
  @ApiOperation({ operationId: 'deleteIceBreakers', summary: 'Offer no questions' })
  @ApiOkResponse({ type: ChangedIceBreakersDto })
  @ApiWriteErrors('not_found', 'state_conflict', 'token_unreadable', 'network_limited', 'network_failed', 'network_timeout', 'network_refused')
  async clear(@Caller() caller: CallerIdentity, @Param() { id }: IdParam, @Query() _query: GroupQuery): Promise<ChangedIceBreakersDto> {
    return this.network.clearIceBreakers(caller, id, () => ({ success: true }));
  }
}
