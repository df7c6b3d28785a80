import { Injectable } from '@nestjs/common';
import { Database, type Upload as UploadRow } from '#infra/database/database';
import { throwVanished } from '#infra/database/vanished-reference';
import type { Transaction } from '#infra/writes/unit-of-work';
import type { Upload } from './upload.js';

/** Who sends to an upload: nobody else can, until it ends or has been silent for too long. */
interface Hold {
  readonly token: string;
  readonly now: Date;
  readonly until: Date;
}

@Injectable()
export class UploadRepository {
  constructor(private readonly database: Database) {}

  /** @throws VanishedReferenceError when the group was taken out meanwhile */
  async create(workspaceId: string, upload: Upload, tx: Transaction): Promise<void> {
    await tx.upload.create({ data: { ...upload, workspaceId } }).catch(throwVanished);
  }

  async find(workspaceId: string, id: string): Promise<Upload | null> {
    const row = await this.database.upload.findFirst({ where: { workspaceId, id } });
    return row && toUpload(row);
  }

  /** Takes the upload for one request; null when it is finished, expired, gone or another one's. */
  async hold(workspaceId: string, id: string, { token, now, until }: Hold): Promise<Upload | null> {
    const [row] = await this.database.upload.updateManyAndReturn({
      where: { workspaceId, id, objectKey: null, expiresAt: { gt: now }, OR: [{ lockedUntil: null }, { lockedUntil: { lte: now } }] },
      data: { token, lockedUntil: until },
    });
    return row ? toUpload(row) : null;
  }

  /** False: another request has taken over. */
  async renew(workspaceId: string, id: string, { token, until }: Omit<Hold, 'now'>): Promise<boolean> {
    const { count } = await this.database.upload.updateMany({ where: { workspaceId, id, token }, data: { lockedUntil: until } });
    return count === 1;
  }

  /** So many bytes are safe now. False: another request has taken over. */
  async progress(workspaceId: string, id: string, token: string, state: { receivedBytes: number; sizeBytes: number | null }): Promise<boolean> {
    const { count } = await this.database.upload.updateMany({ where: { workspaceId, id, token }, data: state });
    return count === 1;
  }

  /** False: another request has taken over. */
  async finish(workspaceId: string, id: string, token: string, object: { objectKey: string; sizeBytes: number }): Promise<boolean> {
    const data = { ...object, receivedBytes: object.sizeBytes, token: null, lockedUntil: null };
    const { count } = await this.database.upload.updateMany({ where: { workspaceId, id, token }, data });
    return count === 1;
  }

  async release(workspaceId: string, id: string, token: string): Promise<void> {
    await this.database.upload.updateMany({ where: { workspaceId, id, token }, data: { token: null, lockedUntil: null } });
  }
}

function toUpload({ sizeBytes, receivedBytes, token: _token, lockedUntil: _lockedUntil, ...row }: UploadRow): Upload {
  return { ...row, sizeBytes: sizeBytes === null ? null : Number(sizeBytes), receivedBytes: Number(receivedBytes) };
}
