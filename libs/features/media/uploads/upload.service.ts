import { Inject, Injectable } from '@nestjs/common';
import { AppError } from '#kernel/app-error';
import { after, Clock, hours } from '#kernel/clock';
import { newId } from '#kernel/ids';
import type { Settings } from '#infra/config/settings';
import { SETTINGS } from '#infra/config/settings.module';
import { UrlSigner } from '#infra/crypto/url-signer';
import { VanishedReferenceError } from '#infra/database/vanished-reference';
import { UnitOfWork } from '#infra/writes/unit-of-work';
import type { CallerIdentity } from '#features/accounts/index';
import type { CreateUploadDto, UploadDto } from './upload.dto.js';
import { UploadRepository } from './upload.repository.js';
import type { Upload } from './upload.js';

/** From its creation. Whoever needs longer for 300 MB begins anew. */
export const uploadLifetime = hours(24);

/** Uploads from outside: begun with a key, and asked for by posts. The bytes come past keys, see `UploadTransferService`. */
@Injectable()
export class UploadService {
  constructor(
    private readonly uploads: UploadRepository,
    private readonly signer: UrlSigner,
    private readonly clock: Clock,
    private readonly writes: UnitOfWork,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @throws AppError not_found for a group that is gone */
  async create(caller: CallerIdentity, { filename, content_type: contentType, size }: CreateUploadDto): Promise<UploadDto> {
    const { workspaceId, profileGroupId } = caller;
    const now = this.clock.now();
    const upload: Upload = {
      workspaceId, id: newId('upload', now.getTime()), profileGroupId, filename: filename ?? null, contentType: contentType ?? null,
      sizeBytes: size ?? null, receivedBytes: 0, objectKey: null, createdAt: now, expiresAt: after(now, uploadLifetime),
    };
    const answer = { key: upload.id, upload_url: this.urlOf(upload), expires_in: Math.floor(uploadLifetime / 1000) };
    return this.writes.run(workspaceId, async ({ tx, record }) => {
      await this.uploads.create(workspaceId, upload, tx);
      record({ action: 'upload.created', targetId: upload.id, profileGroupId, after: upload });
    }, () => answer).catch((error: unknown) => {
      throw error instanceof VanishedReferenceError ? new AppError('not_found', undefined, { cause: error }) : error;
    });
  }

  /** An upload that the caller's key may see and that has not expired, finished or not. */
  async find({ workspaceId, keyGroupId }: CallerIdentity, id: string): Promise<Upload | null> {
    const upload = await this.uploads.find(workspaceId, id);
    return upload && upload.expiresAt > this.clock.now() && (keyGroupId === null || upload.profileGroupId === keyGroupId) ? upload : null;
  }

  private urlOf({ workspaceId, id, expiresAt }: Upload): string {
    const path = transferPath(workspaceId, id);
    const { expires, signature } = this.signer.sign(path, expiresAt);
    return `${this.settings.publicUrl}${path}?expires=${expires}&signature=${signature}`;
  }
}

/** The workspace is a part of the address: whoever comes there has no key that would tell it. */
export function transferPath(workspaceId: string, id: string): string {
  return `/uploads/${encodeURIComponent(workspaceId)}/${encodeURIComponent(id)}`;
}
