import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { HeadBucketCommand, DeleteObjectCommand, GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { AppError } from '#kernel/app-error';
import { minutes, seconds } from '#kernel/clock';
import { SettingsError, type S3Settings } from '#infra/config/settings';
import { ObjectStorage, type ByteRange, type ListedObject, type PutOptions, type StoredObject } from './object-storage.port.js';

const keyPattern = /^[0-9a-f]{64}$/;
const folder = 'media/';
/** 300 MB on a slow line. Requests without bytes get the shorter one. */
const [putTimeout, answerTimeout] = [minutes(10), seconds(15)];
const keysOfPage = 1000;
/** A thousand million objects: a list that never ends is a fault of the server. */
const mostPages = 1_000_000;

/** Objects in a bucket of S3 or of a server that speaks its protocol, as `media/<sha-256>`. */
export class S3Storage extends ObjectStorage implements OnModuleInit, OnApplicationShutdown {
  private readonly client: S3Client;

  constructor(private readonly settings: S3Settings) {
    super();
    this.client = new S3Client({
      region: settings.region,
      ...(settings.endpoint ? { endpoint: settings.endpoint } : {}),
      forcePathStyle: settings.isPathStyle,
      credentials: { accessKeyId: settings.accessKeyId, secretAccessKey: settings.secretAccessKey },
      maxAttempts: 3,
      requestHandler: { connectionTimeout: seconds(5), socketTimeout: seconds(60) },
      // Other servers than Amazon's do not all know the checksums that newer SDKs add.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
  }

  /** A bucket that cannot be used is found at the start, and not by the first post. */
  async onModuleInit(): Promise<void> {
    const { bucket } = this.settings;
    try {
      await this.client.send(new HeadBucketCommand({ Bucket: bucket }), within(answerTimeout));
    } catch (error) {
      const reason = error instanceof S3ServiceException ? `${error.name}, HTTP ${error.$metadata.httpStatusCode ?? '?'}` : String(error);
      throw new SettingsError([`The bucket ${bucket} of S3_BUCKET cannot be used (${reason}); check S3_ENDPOINT, S3_REGION, the access key, and that the bucket is there`]);
    }
  }

  onApplicationShutdown(): void {
    this.client.destroy();
  }

  /** Sent also when it is there: the fresh time keeps a sweep of old orphans away from it. The server refuses bytes that do not have the length. */
  override async put(localPath: string, { sha256: known }: PutOptions = {}): Promise<StoredObject> {
    const { size: sizeBytes } = await stat(localPath);
    const sha256 = known ?? (await hashOf(localPath));
    const Body = createReadStream(localPath, { start: 0, ...(sizeBytes > 0 ? { end: sizeBytes - 1 } : {}) });
    const put = new PutObjectCommand({ Bucket: this.settings.bucket, Key: folder + sha256, Body, ContentLength: sizeBytes });
    await this.client.send(put, within(putTimeout)).catch(refuse).finally(() => Body.destroy());
    return { key: sha256, sizeBytes, sha256 };
  }

  override async open(key: string, range?: ByteRange): Promise<Readable> {
    if (!keyPattern.test(key)) throw missing();
    const Range = range ? `bytes=${range.start}-${range.end ?? ''}` : undefined;
    const found = await this.client.send(new GetObjectCommand({ ...this.place(key), ...(Range ? { Range } : {}) }), within(putTimeout)).catch((error: unknown) => {
      return isMissingObject(error) ? Promise.reject(missing()) : refuse(error);
    });
    if (!(found.Body instanceof Readable)) throw new Error('S3 has answered without a stream');
    return found.Body;
  }

  override async stat(key: string): Promise<{ readonly sizeBytes: number } | null> {
    const found = await this.head(key);
    return found && { sizeBytes: found.sizeBytes };
  }

  override async *list(prefix: string): AsyncIterable<ListedObject> {
    let token: string | undefined;
    for (let page = 0; page < mostPages; page += 1) {
      const input = { Bucket: this.settings.bucket, Prefix: folder + prefix, MaxKeys: keysOfPage, ...(token ? { ContinuationToken: token } : {}) };
      const { Contents, NextContinuationToken } = await this.client.send(new ListObjectsV2Command(input), within(answerTimeout)).catch(refuse);
      for (const { Key, LastModified } of Contents ?? []) {
        const key = Key?.slice(folder.length) ?? '';
        if (keyPattern.test(key) && LastModified) yield { key, storedAt: LastModified };
      }
      if (!NextContinuationToken) return;
      token = NextContinuationToken;
    }
    throw new Error('The list of objects does not end');
  }

  /** S3 has no deletion that asks for an age: between question and deletion lie milliseconds, and the grace of a sweep is a day. */
  override async deleteOlder(key: string, limit: Date): Promise<boolean> {
    const found = await this.head(key);
    if (!found || found.storedAt >= limit) return false;
    await this.delete(key);
    return true;
  }

  override async delete(key: string): Promise<void> {
    if (keyPattern.test(key)) await this.client.send(new DeleteObjectCommand(this.place(key)), within(answerTimeout)).catch(refuse);
  }

  private async head(key: string): Promise<{ sizeBytes: number; storedAt: Date } | null> {
    if (!keyPattern.test(key)) return null;
    try {
      const { ContentLength, LastModified } = await this.client.send(new HeadObjectCommand(this.place(key)), within(answerTimeout));
      if (ContentLength === undefined || !LastModified) throw new Error('S3 has answered without length or date');
      return { sizeBytes: ContentLength, storedAt: LastModified };
    } catch (error) {
      return isMissingObject(error) ? null : refuse(error);
    }
  }

  private place(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.settings.bucket, Key: folder + key };
  }
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

function within(milliseconds: number): { abortSignal: AbortSignal } {
  return { abortSignal: AbortSignal.timeout(milliseconds) };
}

function missing(): AppError {
  return new AppError('not_found', 'There is no such media');
}

/** A bucket that is gone is no missing object; the answer to HEAD has no body and cannot tell the two apart. */
function isMissingObject(error: unknown): boolean {
  return error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404 && error.name !== 'NoSuchBucket';
}

/** What the server said is for the log; whoever asked may ask again. A local file that cannot be read is a fault of its own. */
function refuse(error: unknown): never {
  const isLocal = error instanceof Error && 'syscall' in error && (error.syscall === 'open' || error.syscall === 'read');
  if (isLocal) throw error;
  throw new AppError('service_unavailable', 'The storage of media does not answer as it should', { cause: error });
}
