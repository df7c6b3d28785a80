import type { IncomingMessage } from 'node:http';
import { kindOfContainer } from '../graph/publishing/container-kind.rules.js';
import { statusOf } from '../graph/publishing/container-status.rules.js';
import { processingMs } from '../graph/publishing/processing-time.rules.js';
import { jsonReply, type Reply } from '../http/reply.js';
import type { Ingestion } from '../ingest/ingestion.js';
import { DownloadError } from '../ingest/media-download.js';
import { videoLimits } from '../ingest/video.rules.js';
import type { Account, Container } from '../state/entities.js';
import type { Store } from '../state/store.js';
import { whileSending } from '../http/body.idle.js';
import { noSuchUpload, processingFailed, UploadError } from './upload-error.js';
import { readUploadRequest } from './upload.request.js';

export interface UploadServices {
  store: Store;
  ingestion: Ingestion;
}

/** `POST {uri}`: bytes, or the address of the file. Throws {@link UploadError}; what arrived before a break is kept. */
export async function receiveUpload(services: UploadServices, request: IncomingMessage, account: Account, container: Container): Promise<Reply> {
  const { store, ingestion } = services;
  await refuseSettled(services, container);
  const wanted = readUploadRequest(request.headers);
  const release = ingestion.uploads.claim(container.id);
  if (!release) throw processingFailed('Another upload to this container is under way', 409, true);
  try {
    const { maxBytes } = videoLimits(kindOfContainer(container), account.settings.limits);
    const bytes = wanted.kind === 'address'
      ? await fetchFile(services, container, wanted.url, maxBytes)
      : await receiveBytes(services, container, request, { ...wanted, maxBytes });
    // A reset may have taken the container away meanwhile.
    if (!store.world.containers.has(container.id)) {
      await ingestion.uploads.remove(container.id);
      throw noSuchUpload();
    }
    const readyAt = store.clock.now() + processingMs(account, kindOfContainer(container));
    await store.commit({ type: 'container.uploaded', container_id: container.id, bytes, ready_at: readyAt });
    ingestion.start(container);
    return jsonReply(200, { success: true, message: 'Upload successful.' });
  } finally {
    release();
  }
}

/** `GET {uri}` `[recalled]`: how far an interrupted upload came. */
export async function readUploadOffset({ ingestion }: UploadServices, container: Container): Promise<Reply> {
  return jsonReply(200, { offset: container.is_uploaded ? container.upload_bytes : await ingestion.uploads.received(container.id) });
}

async function refuseSettled({ store, ingestion }: UploadServices, container: Container): Promise<void> {
  if (container.is_uploaded) throw processingFailed('The video of this container has already been uploaded');
  if (statusOf(container, store.clock.now()) !== 'EXPIRED') return;
  await ingestion.uploads.remove(container.id);
  throw processingFailed('The container has expired');
}

interface ByteRange {
  offset: number;
  fileSize: number;
  maxBytes: number;
}

async function receiveBytes({ store, ingestion }: UploadServices, container: Container, request: IncomingMessage, { offset, fileSize, maxBytes }: ByteRange): Promise<number> {
  if (fileSize > maxBytes) throw processingFailed(`The video may have ${String(maxBytes)} bytes at most`, 413);
  const received = await ingestion.uploads.received(container.id);
  if (offset !== received) throw new UploadError(412, 'OffsetInvalidError', 'Request starting offset is invalid', true);
  const progress = (bytes: number): void => { store.world.apply({ type: 'container.upload_progressed', container_id: container.id, bytes }); };
  const end = await whileSending(request, () => ingestion.uploads.append(container.id, request, { offset, length: fileSize }, progress));
  if (end === fileSize) return end;
  progress(end ?? offset);
  if (end === null) throw processingFailed('The body is longer than file_size');
  throw new UploadError(400, 'PartialRequestError', 'Partial request (did not match length of file)', true);
}

/** Takes the place of whatever had arrived; a failure leaves that alone. Its words are those seen for robots.txt (§1.5). */
async function fetchFile({ ingestion }: UploadServices, container: Container, url: string, maxBytes: number): Promise<number> {
  try {
    const download = await ingestion.fetchUpload(url, maxBytes);
    await ingestion.uploads.replace(container.id, download);
    return download.bytes;
  } catch (error) {
    if (!(error instanceof DownloadError)) throw error;
    const why = error.reason === 'disallowed' ? '403 Restricted by robots.txt' : String(error.status);
    const reason = error.status === null ? error.reason.replaceAll('_', ' ') : `got status code: ${why}`;
    throw new UploadError(422, 'FileUrlProcessingError', `Unable to fetch media from URL, ${reason}`);
  }
}
