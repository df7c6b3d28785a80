import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiConsumes, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiPublicErrors } from '#infra/http/api-errors.decorator';
import { Public } from '#infra/http/public.decorator';
import { DeauthorizedDto, DeletionParam, DeletionReceiptDto, DeletionStatusDto, NetworkParam, SignedRequestDto } from './network-callback.dto.js';
import { NetworkCallbackService } from './network-callback.service.js';

/** Called by a network, which proves itself by a signature and not by a key. */
@Public()
@ApiTags('profiles')
@Controller('api/:network')
export class NetworkCallbackController {
  constructor(private readonly callbacks: NetworkCallbackService) {}

  @Post('deauthorize')
  @HttpCode(200)
  @ApiOperation({ operationId: 'deauthorizeAccount', summary: 'For networks: a person took the app\'s access away' })
  @ApiConsumes('application/x-www-form-urlencoded')
  @ApiOkResponse({ type: DeauthorizedDto })
  @ApiPublicErrors('signature_invalid', 'not_found', 'unsupported_content_type')
  async deauthorize(@Param() { network }: NetworkParam, @Body() body: SignedRequestDto): Promise<DeauthorizedDto> {
    await this.callbacks.deauthorize(network, body.signed_request);
    return { success: true };
  }

  @Post('data_deletion')
  @HttpCode(200)
  @ApiOperation({ operationId: 'requestDataDeletion', summary: 'For networks: a person wants their data deleted' })
  @ApiConsumes('application/x-www-form-urlencoded')
  @ApiOkResponse({ type: DeletionReceiptDto })
  @ApiPublicErrors('signature_invalid', 'not_found', 'unsupported_content_type')
  async deleteData(@Param() { network }: NetworkParam, @Body() body: SignedRequestDto): Promise<DeletionReceiptDto> {
    const { url, confirmationCode } = await this.callbacks.deleteData(network, body.signed_request);
    return { url, confirmation_code: confirmationCode };
  }

  @Get('data_deletion/:confirmation_code')
  @ApiOperation({ operationId: 'getDataDeletion', summary: 'For people: whether their data were deleted' })
  @ApiOkResponse({ type: DeletionStatusDto })
  @ApiPublicErrors('not_found')
  async getDeletion(@Param() { network, confirmation_code: code }: DeletionParam): Promise<DeletionStatusDto> {
    const { confirmationCode, completedAt } = await this.callbacks.getDeletion(network, code);
    return { confirmation_code: confirmationCode, status: 'completed', completed_at: completedAt.toISOString() };
  }
}
