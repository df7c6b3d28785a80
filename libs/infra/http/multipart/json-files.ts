import { createHash, randomUUID, type Hash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyRequest } from 'fastify';
import { AppError } from '#kernel/app-error';
import { parseJson, UnscannedJson } from '../json-body.js';
import { requireStorable } from '../storable-text.js';
import { isDiskFault } from './disk-fault.js';
import { restoreFiles } from './form-fields.js';
import type { Base64Sink } from './json-base64.js';
import { JsonFileScanner } from './json-file.scanner.js';
import { UploadedFile } from './uploaded-file.js';

export interface JsonLimits {
  /** The body as it comes. */
  readonly bodyBytes: number;
  /** What is left of it without its files. */
  readonly textBytes: number;
  readonly files: number;
}

/** Reads a JSON body as it arrives; base64 in `media` becomes files in a folder that is made for the first of them, as if they had come with a form. Undefined: there was none. */
export async function receiveJson(request: FastifyRequest, folder: () => Promise<string>, limits: JsonLimits): Promise<unknown> {
  const files = new DecodedFiles(folder, limits.files);
  const scanner = new JsonFileScanner(files);
  let received = 0;
  try {
    for await (const chunk of bodyOf(request)) {
      received += chunk.length;
      if (received > limits.bodyBytes) throw tooLarge(`The JSON body has more than ${limits.bodyBytes} bytes; send large files to POST /api/uploads or as a form`);
      scanner.feed(chunk);
      if (scanner.keptBytes > limits.textBytes) throw tooLarge(`The body has more than ${limits.textBytes} bytes besides its files`);
      await files.flush();
    }
    const found = await files.finish();
    const text = scanner.text();
    if (text === '') return undefined;
    const value = await parseJson(request, text, { isWhole: found.size === 0 });
    requireStorable(value); // what is nested too deeply to walk through is refused before anybody does
    return restoreFiles(value, found);
  } catch (error) {
    if (error instanceof AppError || isDiskFault(error)) throw error;
    if (request.raw.destroyed && !request.raw.readableEnded) throw new AppError('malformed_request', 'The body ended early', { cause: error });
    throw error;
  } finally {
    await files.close();
  }
}

function bodyOf(request: FastifyRequest): AsyncIterable<Buffer> | Iterable<Buffer> {
  return request.body instanceof UnscannedJson ? [request.body.bytes] : (request.raw as AsyncIterable<Buffer>);
}

function tooLarge(message: string): AppError {
  return new AppError('body_too_large', message);
}

interface OpenFile {
  readonly name: string;
  readonly pieces: Buffer[];
  readonly hash: Hash;
  opened: { readonly path: string; readonly handle: FileHandle } | null;
  sizeBytes: number;
}

class DecodedFiles implements Base64Sink {
  private readonly files = new Map<string, OpenFile>();
  private current: OpenFile | null = null;

  constructor(private readonly folder: () => Promise<string>, private readonly limit: number) {}

  begin(): string {
    if (this.files.size >= this.limit) throw new AppError('body_too_large', `The body has more than ${this.limit} files`);
    const placeholder = `file:${randomUUID()}`;
    this.current = { name: String(this.files.size), pieces: [], hash: createHash('sha256'), opened: null, sizeBytes: 0 };
    this.files.set(placeholder, this.current);
    return placeholder;
  }

  write(bytes: Buffer): void {
    this.current?.pieces.push(bytes);
    this.current?.hash.update(bytes);
  }

  /** Brings what has been decoded to the disk, before more is read. */
  async flush(): Promise<void> {
    for (const file of this.files.values()) {
      for (const piece of file.pieces.splice(0)) {
        const { handle } = await this.opened(file);
        await handle.writeFile(piece);
        file.sizeBytes += piece.length;
      }
    }
  }

  async finish(): Promise<Map<string, UploadedFile>> {
    await this.flush();
    const found = new Map<string, UploadedFile>();
    for (const [placeholder, file] of this.files) {
      const { path } = await this.opened(file); // an empty one is a file, too
      found.set(placeholder, new UploadedFile(path, null, file.sizeBytes, file.hash.digest('hex')));
    }
    return found;
  }

  async close(): Promise<void> {
    for (const file of this.files.values()) await file.opened?.handle.close();
  }

  private async opened(file: OpenFile): Promise<NonNullable<OpenFile['opened']>> {
    if (!file.opened) {
      const path = join(await this.folder(), file.name);
      file.opened = { path, handle: await open(path, 'wx', 0o600) };
    }
    return file.opened;
  }
}
