import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { Controller, Get, Head, Param, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '#infra/http/public.decorator';
import { readRange } from './byte-range.js';
import { DeliveryParams, DeliveryQuery } from './media-delivery.dto.js';
import { MediaDeliveryService, type DeliverableFile } from './media-delivery.service.js';

/**
 * Where a network's fetcher gets the files (reference 10, pitfall 7): no key, no redirect, the right type and length, HEAD and
 * Range, and a refusal that is a 404 and not a page. The link itself is the permission.
 */
@Public()
@ApiExcludeController()
@Controller('media')
export class MediaDeliveryController {
  constructor(private readonly delivery: MediaDeliveryService) {}

  /** Before the GET route: Fastify would otherwise answer HEAD by reading the whole file and throwing it away. */
  @Head(':file')
  async head(@Param() params: DeliveryParams, @Query() query: DeliveryQuery, @Res() reply: FastifyReply): Promise<void> {
    const file = await this.delivery.resolve(params.file, query);
    await prepare(reply, file).header('content-length', file.sizeBytes).send();
  }

  @Get(':file')
  async get(@Param() params: DeliveryParams, @Query() query: DeliveryQuery, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const file = await this.delivery.resolve(params.file, query);
    const { headers } = request;
    prepare(reply, file);
    if (headers['if-none-match']?.includes(etag(file))) return void (await reply.code(304).send());
    const isSameVersion = headers['if-range'] === undefined || headers['if-range'] === etag(file);
    const range = isSameVersion ? readRange(headers.range, file.sizeBytes) : null;
    if (range === 'unsatisfiable') return void (await reply.code(416).header('content-range', `bytes */${file.sizeBytes}`).send());
    if (range) {
      reply.code(206).header('content-range', `bytes ${range.start}-${range.end}/${file.sizeBytes}`);
    }
    const length = range ? range.end - range.start + 1 : file.sizeBytes;
    const content = await this.delivery.open(file, range ?? undefined);
    if (!closeWith(request.raw.socket, content)) return void reply.hijack();
    await reply.header('content-length', length).send(content);
  }
}

/** Content never changes under its name; caches keep it an hour, so that an expired link does not live on for long. */
function prepare(reply: FastifyReply, file: DeliverableFile): FastifyReply {
  return reply.headers({
    'content-type': file.contentType,
    'accept-ranges': 'bytes',
    etag: etag(file),
    'cache-control': 'public, max-age=3600, immutable',
    'x-content-type-options': 'nosniff',
  });
}

/**
 * An answer that waits behind another one on its connection is not told when that ends, and would hold its file for ever.
 * @returns false when the connection has ended: nobody is there to answer
 */
function closeWith(socket: Socket, content: Readable): boolean {
  if (socket.destroyed) {
    content.destroy();
    return false;
  }
  const close = (): void => void content.destroy();
  socket.once('close', close);
  content.once('close', () => socket.off('close', close));
  return true;
}

function etag({ key }: DeliverableFile): string {
  return `"${key}"`;
}
