import { createHash, type Hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { AppError } from '#kernel/app-error';
import { seconds } from '#kernel/clock';
import type { ContentRange } from './content-range.js';
import { maxUploadBytes, type Upload } from './upload.js';
import type { UploadParts } from './upload-parts.js';
import type { UploadRepository } from './upload.repository.js';

/** So much is lost at most when the machine loses its power: it has to be sent again. */
const checkpointBytes = 8 * 1024 * 1024;
/** A sender that falls silent gives up its turn. */
const longestSilence = seconds(30);

export interface Piece {
  /** null: the whole file. */
  readonly range: Extract<ContentRange, { kind: 'bytes' }> | null;
  /** Content-Length; null: it comes until it ends. */
  readonly length: number | null;
  readonly bytes: Readable;
}

interface Means {
  readonly token: string;
  readonly parts: UploadParts;
  readonly uploads: UploadRepository;
}

/** One piece on its way to the disk. Bytes count once they are flushed and the row says so. */
export class UploadReception {
  private safeBytes: number;
  private writtenBytes: number;
  private isWholeHere = false;
  /** Counted along, so that the file need not be read again for it; null: its beginning came in an earlier piece. */
  private readonly hash: Hash | null;

  constructor(private readonly upload: Upload, private readonly piece: Piece, private readonly means: Means) {
    this.safeBytes = piece.range?.start ?? 0;
    this.writtenBytes = this.safeBytes;
    this.hash = this.safeBytes === 0 ? createHash('sha256') : null;
  }

  /** Where the file ends when nobody has said so before: where a whole one has ended. */
  get knownEnd(): number | null {
    return this.isWholeHere ? this.writtenBytes : null;
  }

  /** Of all that came, once it has; null: there was more before. */
  get sha256(): string | null {
    return this.hash?.copy().digest('hex') ?? null;
  }

  /** @returns how many bytes of the upload are there. A sender that is cut off leaves what has come. */
  async run(sizeBytes: number | null): Promise<number> {
    const file = await this.means.parts.openAt(this.upload.id, this.safeBytes);
    try {
      if (this.upload.receivedBytes !== this.safeBytes) await this.progress(sizeBytes); // begun anew
      await this.write(file, sizeBytes);
      this.isWholeHere = this.piece.range === null;
      return this.writtenBytes;
    } finally {
      await this.checkpoint(file, sizeBytes).finally(() => file.close());
    }
  }

  private async write(file: FileHandle, sizeBytes: number | null): Promise<void> {
    const { bytes, range } = this.piece;
    const end = range ? range.end + 1 : (sizeBytes ?? maxUploadBytes);
    const silence = setTimeout(() => bytes.destroy(new Error('The sender fell silent')), longestSilence);
    let isReading = true;
    try {
      for await (const chunk of bytes as AsyncIterable<Buffer>) {
        isReading = false;
        silence.refresh();
        if (this.writtenBytes + chunk.length > end) throw tooMuch(range === null && sizeBytes === null, end);
        // A disk that is nearly full takes a part: what it did not take must not count.
        for (let at = 0; at < chunk.length; ) {
          const { bytesWritten } = await file.write(chunk, at, chunk.length - at, this.writtenBytes);
          at += bytesWritten;
          this.writtenBytes += bytesWritten;
        }
        this.hash?.update(chunk);
        if (this.writtenBytes - this.safeBytes >= checkpointBytes) await this.checkpoint(file, sizeBytes);
        isReading = true;
      }
    } catch (error) {
      throw isReading ? new AppError('malformed_request', 'The body ended early', { cause: error }) : error;
    } finally {
      clearTimeout(silence);
    }
  }

  private async checkpoint(file: FileHandle, sizeBytes: number | null): Promise<void> {
    if (this.writtenBytes === this.safeBytes) return;
    await file.datasync();
    this.safeBytes = this.writtenBytes;
    await this.progress(sizeBytes);
  }

  private async progress(sizeBytes: number | null): Promise<void> {
    const { workspaceId, id } = this.upload;
    if (!(await this.means.uploads.progress(workspaceId, id, this.means.token, { receivedBytes: this.safeBytes, sizeBytes }))) throw new AppError('upload_busy');
  }
}

function tooMuch(isLimit: boolean, end: number): AppError {
  return isLimit ? new AppError('body_too_large', `An upload may have ${maxUploadBytes} bytes`) : new AppError('malformed_request', `More came than was said: byte ${end} would be behind the end`);
}
