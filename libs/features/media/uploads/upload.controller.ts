import { Body, Controller, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller, GroupQuery, Needs, type CallerIdentity } from '#features/accounts/index';
import { ApiWriteErrors } from '#infra/http/api-errors.decorator';
import { BodyLimit } from '#infra/http/body-limit.decorator';
import { CreateUploadDto, UploadDto } from './upload.dto.js';
import { UploadService } from './upload.service.js';

@ApiTags('uploads')
@Controller('api/uploads')
export class UploadController {
  constructor(private readonly uploads: UploadService) {}

  @Post()
  @Needs('posts:write')
  @BodyLimit(4 * 1024)
  @ApiOperation({ operationId: 'createUpload', summary: 'A place to send a large file to, for use in posts' })
  @ApiCreatedResponse({ type: UploadDto })
  @ApiWriteErrors('not_found')
  create(@Caller() caller: CallerIdentity, @Query() _query: GroupQuery, @Body() body: CreateUploadDto): Promise<UploadDto> {
    return this.uploads.create(caller, body);
  }
}
