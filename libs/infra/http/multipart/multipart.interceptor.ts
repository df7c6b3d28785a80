import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { MultipartFile } from '@fastify/multipart';
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { finalize, type Observable } from 'rxjs';
import { AppError } from '#kernel/app-error';
import { Logger } from '#infra/logging/logger';
import { TempArea } from '#infra/storage/temp-area';
import { streamedBodyOf } from '../body-limit.decorator.js';
import { isReadAhead, UnscannedJson } from '../json-body.js';
import { isDiskFault } from './disk-fault.js';
import { readFormFields, type FormPart } from './form-fields.js';
import { receiveJson } from './json-files.js';
import { UploadedFile } from './uploaded-file.js';

const megabyte = 1024 * 1024;

/** The largest medium any network of ours takes is a 300 MB video; a carousel may hold ten. */
const limits = { fileSize: 300 * megabyte, files: 20, fields: 200, fieldSize: 64 * 1024, parts: 220 };

/** Where a form may have files: in three spellings of the media, and as a cover. */
const mediaField = /^media(\[\d*\])?$/;
const fileField = /^(media(\[\d*\])?|platforms\[[^\]]+\]\[cover_file\])$/;

/** All texts of a form, or of a JSON body, together. */
const maxTextBytes = megabyte;

/** A JSON body with its files in base64, which makes them a third larger. More goes to `POST /api/uploads` or into a form. */
export const maxJsonBytes = 40 * megabyte;

/**
 * Lets a route take `multipart/form-data` as well as JSON: files go to disk as they arrive (memory stays flat), fields become
 * the body that a JSON client would have sent; base64 in JSON is decoded as it arrives where the route says `@StreamedBody`. It
 * runs after the guards, so nobody without a key can fill the disk.
 */
@Injectable()
export class MultipartInterceptor implements NestInterceptor {
  constructor(
    private readonly temp: TempArea,
    private readonly logger: Logger,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (!request.isMultipart() && isParsed(request)) return next.handle();
    // Made with the first file: most JSON bodies bring none.
    let made: Promise<string> | null = null;
    const folder = (): Promise<string> => (made ??= this.temp.create());
    try {
      const jsonLimits = { bodyBytes: maxJsonBytes, textBytes: maxTextBytes, files: limits.files };
      request.body = request.isMultipart() ? readFormFields(await receive(request, await folder())) : await receiveJson(request, folder, jsonLimits);
    } catch (error) {
      await this.discard(made);
      throw error;
    }
    return next.handle().pipe(finalize(() => void this.discard(made)));
  }

  private async discard(made: Promise<string> | null): Promise<void> {
    try {
      if (made) await this.temp.remove(await made);
    } catch (error) {
      this.logger.warn({ err: error }, 'A temporary folder could not be removed; the next start removes it');
    }
  }
}

function isParsed(request: FastifyRequest): boolean {
  return streamedBodyOf(request) === null || (isReadAhead(request) && !(request.body instanceof UnscannedJson));
}

async function receive(request: FastifyRequest, directory: string): Promise<FormPart<UploadedFile>[]> {
  const parts: FormPart<UploadedFile>[] = [];
  let textBytes = 0;
  try {
    for await (const part of request.parts({ limits })) {
      if (part.type === 'file' && !fileField.test(part.fieldname)) throw new AppError('validation_failed', `A file is not accepted in ${part.fieldname}; files go into media[], a cover into platforms[…][cover_file]`);
      if (part.type === 'file') parts.push({ name: part.fieldname, value: await save(part, join(directory, String(parts.length))) });
      else {
        // A part that calls itself JSON comes parsed; it is a text like any other.
        const value = typeof part.value === 'string' ? part.value : JSON.stringify(part.value);
        textBytes += Buffer.byteLength(value) + Buffer.byteLength(part.fieldname);
        if (part.valueTruncated || part.fieldnameTruncated || textBytes > maxTextBytes) throw new AppError('body_too_large', 'The texts of the form are too large');
        const uri = mediaField.test(part.fieldname) ? /^data:[^,]*;base64,/i.exec(value) : null;
        parts.push({ name: part.fieldname, value: uri ? await saveText(value.slice(uri[0].length), join(directory, String(parts.length))) : value });
      }
    }
  } catch (error) {
    // The parser's complaints about the form itself carry no status; its limits do, and the filter knows them.
    if (error instanceof AppError || isDiskFault(error) || (error instanceof Error && 'statusCode' in error)) throw error;
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

/** A data URI in a text of a form: small, as texts of forms are. */
async function saveText(base64: string, path: string): Promise<UploadedFile> {
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(base64)) throw new AppError('validation_failed', 'The base64 text of a data URI in media is not valid');
  const bytes = Buffer.from(base64, 'base64');
  await writeFile(path, bytes, { flag: 'wx', mode: 0o600 });
  return new UploadedFile(path, null, bytes.length, createHash('sha256').update(bytes).digest('hex'));
}
