import type { Readable } from 'node:stream';
import { AppError } from '#kernel/app-error';
import { seconds } from '#kernel/clock';
import type { ContentRange } from './content-range.js';
import type { PartFile } from './part-file.js';
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
  private wholeBytes: number | null = null;
  private wholeSha256: string | null = null;

  constructor(private readonly upload: Upload, private readonly piece: Piece, private readonly means: Means) {
    this.safeBytes = piece.range?.start ?? 0;
  }

  /** Where the file ends when nobody has said so before: where a whole one has ended. */
  get knownEnd(): number | null {
    return this.wholeBytes;
  }

  /** Of all that came, once it has; null: there was more before. */
  get sha256(): string | null {
    return this.wholeSha256;
  }

  /** @returns how many bytes of the upload are there. A sender that is cut off leaves what has come. */
  async run(sizeBytes: number | null): Promise<number> {
    const file = await this.means.parts.openAt(this.upload.id, this.safeBytes);
    try {
      if (this.upload.receivedBytes !== this.safeBytes) await this.progress(sizeBytes); // begun anew
      await this.write(file, sizeBytes);
      if (this.piece.range === null) this.wholeBytes = file.writtenBytes;
      return file.writtenBytes;
    } finally {
      await this.checkpoint(file, sizeBytes).finally(async () => (this.wholeSha256 = await file.close()));
    }
  }

  private async write(file: PartFile, sizeBytes: number | null): Promise<void> {
    const { bytes, range } = this.piece;
    const end = range ? range.end + 1 : (sizeBytes ?? maxUploadBytes);
    const silence = setTimeout(() => bytes.destroy(new Error('The sender fell silent')), longestSilence);
    let takenBytes = this.safeBytes;
    let isReading = true;
    try {
      for await (const chunk of bytes as AsyncIterable<Buffer>) {
        isReading = false;
        silence.refresh();
        takenBytes += chunk.length;
        if (takenBytes > end) throw tooMuch(range === null && sizeBytes === null, end);
        await file.append(chunk);
        if (file.writtenBytes - this.safeBytes >= checkpointBytes) await this.checkpoint(file, sizeBytes);
        isReading = true;
      }
    } catch (error) {
      if (!isReading) throw error;
      await file.written(); // if that is the reason, it is what the sender has to read
      throw new AppError('malformed_request', 'The body ended early', { cause: error });
    } finally {
      clearTimeout(silence);
    }
    await file.written();
  }

  private async checkpoint(file: PartFile, sizeBytes: number | null): Promise<void> {
    await file.settled();
    if (file.writtenBytes === this.safeBytes) return;
    this.safeBytes = await file.flush();
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
