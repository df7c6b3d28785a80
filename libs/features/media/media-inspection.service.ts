import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Injectable } from '@nestjs/common';
import { EgressClient } from '#infra/http/egress/egress.client';
import { ObjectStorage, type ByteRange, type ListedObject, type StoredObject } from '#infra/storage/object-storage.port';
import { TempArea } from '#infra/storage/temp-area';
import type { IngestedMedia } from './ingested-media.js';
import { MediaIngestService, type IngestOptions } from './media-ingest.service.js';
import { MediaPreparation } from './media-preparation.js';
import { MediaProbe } from './media-probe.js';
import type { MediaSource } from './media-source.js';

/** Takes in a media as `MediaIngestService` does, by that very code, and keeps nothing of it. */
@Injectable()
export class MediaInspectionService {
  private readonly ingest: MediaIngestService;

  constructor(egress: EgressClient, temp: TempArea, storage: ObjectStorage, probe: MediaProbe, preparation: MediaPreparation) {
    this.ingest = new MediaIngestService(egress, temp, new UnchangedStorage(storage), probe, preparation);
  }

  /** The keys of the result are those that the bytes would get; nothing lies there unless it lay there before. @throws AppError as `ingest` */
  inspect(source: MediaSource, options: IngestOptions = {}): Promise<IngestedMedia> {
    return this.ingest.ingest(source, { ...options, hasThumbnail: false });
  }
}

/** Names what it is given as the storage would, and keeps nothing; what is stored can be read. */
class UnchangedStorage extends ObjectStorage {
  constructor(private readonly storage: ObjectStorage) {
    super();
  }

  override async put(localPath: string): Promise<StoredObject> {
    const hash = createHash('sha256');
    await pipeline(createReadStream(localPath), hash);
    const sha256 = hash.digest('hex');
    return { key: sha256, sizeBytes: (await stat(localPath)).size, sha256 };
  }

  override open(key: string, range?: ByteRange): Promise<Readable> {
    return this.storage.open(key, range);
  }

  override stat(key: string): Promise<{ readonly sizeBytes: number } | null> {
    return this.storage.stat(key);
  }

  override list(prefix: string): AsyncIterable<ListedObject> {
    return this.storage.list(prefix);
  }

  override async deleteOlder(): Promise<boolean> {
    return false;
  }

  override async delete(): Promise<void> {
    // Nothing of this storage's own is there to delete.
  }
}
