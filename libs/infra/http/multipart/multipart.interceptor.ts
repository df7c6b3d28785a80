import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { MultipartFile } from '@fastify/multipart';
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { finalize, type Observable } from 'rxjs';
import { AppError } from '#kernel/app-error';
import { Logger } from '#infra/logging/logger';
import { TempArea } from '#infra/storage/temp-area';
import { readFormFields, type FormPart } from './form-fields.js';
import { UploadedFile } from './uploaded-file.js';

const megabyte = 1024 * 1024;

/** The largest medium any network of ours takes is a 300 MB video; a carousel may hold ten. */
const limits = { fileSize: 300 * megabyte, files: 20, fields: 200, fieldSize: 64 * 1024, parts: 220 };

/** All texts of a form together: as much as a JSON body may have. */
const maxTextBytes = megabyte;

/**
 * Lets a route take `multipart/form-data` as well as JSON: files go to disk as they arrive (memory stays flat), fields become
 * the body that a JSON client would have sent. It runs after the guards, so nobody without a key can fill the disk.
 */
@Injectable()
export class MultipartInterceptor implements NestInterceptor {
  constructor(
    private readonly temp: TempArea,
    private readonly logger: Logger,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (!request.isMultipart()) return next.handle();
    const directory = await this.temp.create();
    try {
      request.body = readFormFields(await receive(request, directory));
    } catch (error) {
      await this.temp.remove(directory);
      throw error;
    }
    return next.handle().pipe(finalize(() => void this.discard(directory)));
  }

  private async discard(directory: string): Promise<void> {
    try {
      await this.temp.remove(directory);
    } catch (error) {
      this.logger.warn({ err: error, directory }, 'A temporary folder could not be removed; the next start removes it');
    }
  }
}

async function receive(request: FastifyRequest, directory: string): Promise<FormPart<UploadedFile>[]> {
  const parts: FormPart<UploadedFile>[] = [];
  let textBytes = 0;
  try {
    for await (const part of request.parts({ limits })) {
      if (part.type === 'file' && !/^media(\[\d*\])?$/.test(part.fieldname)) throw new AppError('validation_failed', `A file is not accepted in ${part.fieldname}; files go into media[]`);
      if (part.type === 'file') parts.push({ name: part.fieldname, value: await save(part, join(directory, String(parts.length))) });
      else {
        // A part that calls itself JSON comes parsed; it is a text like any other.
        const value = typeof part.value === 'string' ? part.value : JSON.stringify(part.value);
        textBytes += Buffer.byteLength(value) + Buffer.byteLength(part.fieldname);
        if (part.valueTruncated || part.fieldnameTruncated || textBytes > maxTextBytes) throw new AppError('body_too_large', 'The texts of the form are too large');
        parts.push({ name: part.fieldname, value });
      }
    }
  } catch (error) {
    // The parser's complaints about the form itself carry no status; its limits do, and the filter knows them.
    if (error instanceof AppError || (error instanceof Error && 'statusCode' in error)) throw error;
    throw new AppError('malformed_request', 'The multipart body ended early or is malformed', { cause: error });
  }
  return parts;
}

async function save(part: MultipartFile, path: string): Promise<UploadedFile> {
  const target = createWriteStream(path, { flags: 'wx', mode: 0o600 });
  const hash = createHash('sha256');
  part.file.on('data', (chunk: Buffer) => hash.update(chunk));
  await pipeline(part.file, target);
  if (part.file.truncated) throw new AppError('body_too_large', `The file is larger than ${limits.fileSize / megabyte} MB`);
  return new UploadedFile(path, part.filename || null, target.bytesWritten, hash.digest('hex'));
}
