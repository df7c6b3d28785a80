import type { Readable } from 'node:stream';

export interface StoredObject {
  /** Opaque to callers; lower-case letters and digits, safe in a URL path and a file name. */
  readonly key: string;
  readonly sizeBytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

export interface ListedObject {
  readonly key: string;
  /** Of the last `put`. */
  readonly storedAt: Date;
}

export interface PutOptions {
  /** Of the bytes, lower-case hex, where whoever wrote the file has counted it along: the file is not read for it again. */
  readonly sha256?: string;
  /** The caller has no more use for the file: it may be moved into place instead of copied, and be gone afterwards. Default false. */
  readonly isGivenAway?: boolean;
}

/** Both ends included, counted from 0; no end means up to the last byte. */
export interface ByteRange {
  readonly start: number;
  readonly end?: number;
}

/**
 * Where media bytes live. Objects are named by their content, never change and carry no type or name.
 *
 * Contract:
 * - `put` is atomic and idempotent: an object is there completely or not at all, the same bytes give the same key, and two
 *   writers of the same bytes both succeed. When it answers, the bytes survive a power cut.
 * - An object that was put is readable at once, from every process.
 * - Nobody counts references here: who deletes makes sure that nobody else needs the bytes.
 */
export abstract class ObjectStorage {
  /** Takes a local file in. Unless it is given away, it stays the caller's. */
  abstract put(localPath: string, options?: PutOptions): Promise<StoredObject>;
  /**
   * The bytes as a stream, which the caller must consume or destroy.
   * @throws AppError `not_found` before any byte is read; a range must lie inside the object.
   */
  abstract open(key: string, range?: ByteRange): Promise<Readable>;
  /** null when there is no such object. */
  abstract stat(key: string): Promise<{ readonly sizeBytes: number } | null>;
  /** Objects whose key begins so, in no order; one that comes or goes meanwhile may be missing. */
  abstract list(prefix: string): AsyncIterable<ListedObject>;
  /**
   * Deletes an object unless it was stored after `limit`, also if that happens at this moment: `put` of the same bytes makes it young.
   * @returns whether it was deleted here
   */
  abstract deleteOlder(key: string, limit: Date): Promise<boolean>;
  /** Succeeds also when there is no such object. */
  abstract delete(key: string): Promise<void>;
}
