import { Controller, Head, Param, Put, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '#kernel/app-error';
import { StreamedBody } from '#infra/http/body-limit.decorator';
import { Public } from '#infra/http/public.decorator';
import { readContentRange, type ContentRange } from './content-range.js';
import { TransferParams, TransferQuery } from './upload.dto.js';
import { maxUploadBytes, type Upload } from './upload.js';
import { UploadTransferService } from './upload-transfer.service.js';

/**
 * Where the bytes of an upload go, whole or in pieces (docs/uploads.md): `Content-Range`, 308 with `Range`, as clients of resumable
 * uploads know it. The address itself is the permission; its body is not in the OpenAPI description, for it has no type.
 */
@Public()
@ApiExcludeController()
@Controller('uploads')
export class UploadTransferController {
  constructor(private readonly transfers: UploadTransferService) {}

  @Head(':workspace/:key')
  async head(@Param() params: TransferParams, @Query() query: TransferQuery, @Res() reply: FastifyReply): Promise<void> {
    const upload = await this.transfers.open(params, query);
    await describe(reply.code(200), upload).send();
  }

  @Put(':workspace/:key')
  @StreamedBody(maxUploadBytes, 'any')
  async put(@Param() params: TransferParams, @Query() query: TransferQuery, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const upload = await this.transfers.open(params, query);
    const range = rangeOf(request);
    const result = range?.kind === 'question' ? await this.transfers.ask(upload) : await this.transfers.receive(upload, { range, length: lengthOf(request), bytes: request.raw });
    const isComplete = result.objectKey !== null;
    describe(reply.code(isComplete ? 200 : 308), result);
    if (isComplete) await reply.send({ key: result.id, size: result.sizeBytes });
    else await reply.send();
  }
}

function rangeOf({ headers }: FastifyRequest): ContentRange | null {
  const header = headers['content-range'];
  if (header === undefined) return null;
  const range = readContentRange(header);
  if (!range) throw new AppError('malformed_request', 'The Content-Range must be "bytes <first>-<last>/<total or *>", or "bytes */<total or *>" to ask how far the upload is');
  return range;
}

function lengthOf({ headers }: FastifyRequest): number | null {
  const length = headers['content-length'];
  return length === undefined ? null : Number(length);
}

function describe(reply: FastifyReply, { receivedBytes, sizeBytes }: Upload): FastifyReply {
  reply.headers({ 'cache-control': 'no-store', 'upload-offset': receivedBytes });
  if (sizeBytes !== null) reply.header('upload-length', sizeBytes);
  return receivedBytes > 0 ? reply.header('range', `bytes=0-${receivedBytes - 1}`) : reply;
}
