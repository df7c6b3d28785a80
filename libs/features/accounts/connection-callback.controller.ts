import { Controller, Get, Header, HttpStatus, Param, Redirect } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ApiPublicErrors } from '#infra/http/api-errors.decorator';
import { Public } from '#infra/http/public.decorator';
import { ReturnQuery } from './connection-return.js';
import { ConnectionReturnService, type ConnectionReturn } from './connection-return.service.js';
import { NetworkParam } from './network-callback.dto.js';

/** Where a network sends a person back to: a browser without a key. The state is what proves where they belong. */
@ApiTags('profiles')
@Controller('api/connections/:network/callback')
export class ConnectionCallbackController {
  constructor(private readonly returns: ConnectionReturnService) {}

  @Public()
  @Get()
  @Redirect()
  @Header('cache-control', 'no-store')
  @Header('referrer-policy', 'no-referrer')
  @ApiOperation({ operationId: 'finishConnection', summary: 'For browsers: the way back from a network\'s consent page' })
  @ApiQuery({ name: 'state', required: true })
  @ApiQuery({ name: 'code', required: false })
  @ApiQuery({ name: 'error', required: false })
  @ApiResponse({ status: 302, description: 'To the `redirect_url` of `initializeConnection`' })
  @ApiPublicErrors('connection_state_invalid', 'not_found')
  async finish(@Param() { network }: NetworkParam, @ReturnQuery() back: ConnectionReturn): Promise<{ url: string; statusCode: number }> {
    return { url: await this.returns.finish(network, back), statusCode: HttpStatus.FOUND };
  }
}
