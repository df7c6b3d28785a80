import { Injectable } from '@nestjs/common';
import { AppError, validationFailed } from '#kernel/app-error';
import { after, Clock, seconds } from '#kernel/clock';
import { newId } from '#kernel/ids';
import { UrlSigner } from '#infra/crypto/url-signer';
import { Logger } from '#infra/logging/logger';
import { enterWorkspace } from '#infra/logging/request-context';
import { ObjectStorage } from '#infra/storage/object-storage.port';
import { maxUploadBytes, type Upload } from './upload.js';
import { UploadParts } from './upload-parts.js';
import { UploadReception, type Piece } from './upload-reception.js';
import { UploadRepository } from './upload.repository.js';
import { transferPath } from './upload.service.js';

/** How long a request is trusted without a sign of life; it renews its hold at a third of it. */
const holdLength = seconds(30);

/** Takes the bytes of uploads: one request at a time for each, and what is on the disk stays there when a request or a process dies. */
@Injectable()
export class UploadTransferService {
  constructor(
    private readonly uploads: UploadRepository,
    private readonly parts: UploadParts,
    private readonly storage: ObjectStorage,
    private readonly signer: UrlSigner,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** The upload of an address; from here on the call acts for its workspace. @throws AppError not_found, also when it has expired */
  async open({ workspace, key }: { workspace: string; key: string }, query: { readonly expires?: unknown; readonly signature?: unknown }): Promise<Upload> {
    const path = transferPath(workspace, key);
    const now = this.clock.now();
    if (!this.signer.verify(path, query, now)) {
      throw this.signer.verify(path, query, new Date(0)) ? expired() : new AppError('not_found', 'There is no such upload, or its address is not complete');
    }
    enterWorkspace(workspace);
    const upload = await this.uploads.find(workspace, key);
    if (!upload || upload.expiresAt <= now) throw expired();
    return upload;
  }

  /**
   * Writes one piece behind what is there.
   * @returns the upload as it then is
   * @throws AppError upload_busy while another request sends; state_conflict for a piece that does not fit behind what is there, and for a finished upload
   */
  receive(asked: Upload, piece: Piece): Promise<Upload> {
    return this.holding(asked, async (upload, token) => {
      const sizeBytes = sizeOf(upload, piece);
      const reception = new UploadReception(upload, piece, { token, parts: this.parts, uploads: this.uploads });
      const receivedBytes = await reception.run(sizeBytes).catch((error: unknown) => this.explainGone(upload, token, error));
      if (receivedBytes !== (sizeBytes ?? reception.knownEnd)) return { ...upload, sizeBytes, receivedBytes };
      return this.finish({ ...upload, sizeBytes: receivedBytes, receivedBytes }, token, reception.sha256);
    });
  }

  /** How far it is. One whose bytes are all here, and which a crash kept from being completed, is completed now. */
  async ask(upload: Upload): Promise<Upload> {
    if (upload.objectKey !== null || upload.receivedBytes !== upload.sizeBytes) return upload;
    return this.holding(upload, (held, token) => this.finish(held, token, null).catch((error: unknown) => this.explainGone(held, token, error)));
  }

  private async holding({ workspaceId, id }: Upload, work: (upload: Upload, token: string) => Promise<Upload>): Promise<Upload> {
    const token = newId('lease');
    const upload = await this.hold(workspaceId, id, token);
    const renewal = setInterval(() => void this.renew(upload, token), holdLength / 3);
    try {
      return await work(upload, token);
    } finally {
      clearInterval(renewal);
      await this.release(upload, token);
    }
  }

  /** The file of an unfinished upload can be lost: with a disk, or with a process that ended while it became an object. It has to come again. */
  private async explainGone({ workspaceId, id, sizeBytes }: Upload, token: string, error: unknown): Promise<never> {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    await this.uploads.progress(workspaceId, id, token, { receivedBytes: 0, sizeBytes });
    throw new AppError('state_conflict', 'What had come of the upload is gone; send it again from byte 0', { details: { offset: 0 }, cause: error });
  }

  private async hold(workspaceId: string, id: string, token: string): Promise<Upload> {
    const now = this.clock.now();
    const held = await this.uploads.hold(workspaceId, id, { token, now, until: after(now, holdLength) });
    if (held) return held;
    const found = await this.uploads.find(workspaceId, id);
    if (!found || found.expiresAt <= now) throw expired();
    if (found.objectKey) throw new AppError('state_conflict', 'The upload is complete; use its key, or begin another');
    throw new AppError('upload_busy');
  }

  /** @param sha256 of the file, where this piece was all of it */
  private async finish(upload: Upload, token: string, sha256: string | null): Promise<Upload> {
    const { workspaceId, id, receivedBytes } = upload;
    const { key, sizeBytes } = await this.storage.put(this.parts.pathOf(id), { isGivenAway: true, ...(sha256 !== null && { sha256 }) });
    if (sizeBytes !== receivedBytes) throw new Error(`Upload ${id} has ${sizeBytes} bytes on the disk and should have ${receivedBytes}`);
    if (!(await this.uploads.finish(workspaceId, id, token, { objectKey: key, sizeBytes }))) throw new AppError('upload_busy');
    await this.parts.remove(id);
    return { ...upload, objectKey: key };
  }

  private async renew({ workspaceId, id }: Upload, token: string): Promise<void> {
    try {
      await this.uploads.renew(workspaceId, id, { token, until: after(this.clock.now(), holdLength) });
    } catch (error) {
      this.logger.warn({ err: error, upload: id }, 'An upload could not be held on to; another request may take it over');
    }
  }

  /** What the client should read is why its piece was refused. */
  private async release({ workspaceId, id }: Upload, token: string): Promise<void> {
    try {
      await this.uploads.release(workspaceId, id, token);
    } catch (error) {
      this.logger.warn({ err: error, upload: id }, 'An upload could not be released; it frees itself within half a minute');
    }
  }
}

/** What the whole file will have; null: the piece does not say, and nobody did before. Refuses what cannot fit. */
function sizeOf(upload: Upload, { range, length }: Piece): number | null {
  const stated = range ? range.total : length;
  if (stated === 0) throw new AppError('malformed_request', 'An upload has at least one byte');
  if ((stated ?? 0) > maxUploadBytes || (range?.end ?? 0) >= maxUploadBytes) throw new AppError('body_too_large', `An upload may have ${maxUploadBytes} bytes`);
  if (stated !== null && upload.sizeBytes !== null && stated !== upload.sizeBytes) {
    throw validationFailed([{ rule: 'upload.size', path: 'size', message: `The upload was said to have ${upload.sizeBytes} bytes, and now ${stated}`, limit: upload.sizeBytes, actual: stated }]);
  }
  if (range && range.start !== upload.receivedBytes) {
    throw new AppError('state_conflict', `The next byte of the upload is ${upload.receivedBytes}, not ${range.start}`, { details: { offset: upload.receivedBytes } });
  }
  if (range && length !== null && length !== range.end - range.start + 1) throw new AppError('malformed_request', `The Content-Range names ${range.end - range.start + 1} bytes, the Content-Length ${length}`);
  return stated ?? upload.sizeBytes;
}

function expired(): AppError {
  return new AppError('not_found', 'The upload has expired; begin another with POST /api/uploads');
}
