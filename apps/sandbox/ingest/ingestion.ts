import { readFile, rm } from 'node:fs/promises';
import { GraphError } from '../graph/graph-error.js';
import { kindOfContainer } from '../graph/publishing/container-kind.rules.js';
import { statusOf } from '../graph/publishing/container-status.rules.js';
import { DEFAULT_SETTINGS, type AccountSettings } from '../state/account.settings.js';
import type { Asset, Container, Ingest } from '../state/entities.js';
import type { Store } from '../state/store.js';
import type { AssetStore } from './asset-store.js';
import { downloadErrorKey, downloadSubcode } from './download.rules.js';
import { probeImage } from './image.probe.js';
import { judgeImage } from './image.rules.js';
import { type Download, DownloadError, isFetchableAddress } from './media-download.js';
import { type DownloadPatience, MediaFetch } from './media-fetch.js';
import { POSTER } from './poster.js';
import { UploadFiles } from './upload-files.js';
import { probeVideo } from './video.probe.js';
import { judgeVideo, videoLimits } from './video.rules.js';

type Limits = AccountSettings['limits'];

/** A container that expired while it was worked on stays so, whatever comes of the work (§1.3). */
function isExpired(container: Container, now: number): boolean {
  return statusOf(container, now) === 'EXPIRED';
}

/** Tells which files containers, and so posts, are made of. */
function isStoredFor(containers: Iterable<Container>): (file: string) => boolean {
  const files = new Set<string>();
  for (const { ingest } of containers) {
    if (ingest.state !== 'done') continue;
    for (const asset of [ingest.asset, ingest.cover]) if (asset) files.add(asset.file);
  }
  return (file) => files.has(file);
}

/** Turns addresses and uploads into stored media: images while the caller waits, videos in the background. */
export class Ingestion {
  readonly uploads: UploadFiles;
  private readonly closing = new AbortController();
  private readonly running = new Set<Promise<void>>();
  private readonly media: MediaFetch;

  constructor(
    private readonly store: Store,
    private readonly assets: AssetStore,
    patience: DownloadPatience,
    private readonly log: (line: string) => void,
  ) {
    this.uploads = new UploadFiles(assets.folder);
    this.media = new MediaFetch(assets, patience, this.closing.signal);
  }

  /** What can be said of an address without fetching it. Throws 9004/2207052. */
  checkAddress(url: string): void {
    if (!isFetchableAddress(url)) throw new GraphError('9004/2207052');
  }

  /** Fetches and judges an image. Throws the row of §2.3 it earns. @param hasFreeAspect stories and covers */
  async fetchImage(url: string, hasFreeAspect: boolean, limits: Limits): Promise<Asset> {
    const download = await this.media.image(url).catch((error: unknown) => {
      throw error instanceof DownloadError ? new GraphError(downloadErrorKey(error.reason)) : error;
    });
    const facts = probeImage(await readFile(download.path));
    const problem = judgeImage(facts, hasFreeAspect, limits);
    if (problem !== null) {
      await rm(download.path, { force: true });
      throw new GraphError(problem);
    }
    const [extension, type] = facts.format === 'png' ? ['png', 'image/png'] as const : ['jpg', 'image/jpeg'] as const;
    const file = await this.assets.adopt(download, extension);
    return { file, content_type: type, bytes: download.bytes, width: facts.width, height: facts.height, duration_ms: null };
  }

  /** Fetches a video for an upload whose client named an address instead of sending bytes (§1.5). Throws {@link DownloadError}. */
  fetchUpload(url: string, maxBytes: number): Promise<Download> {
    return this.media.video(url, maxBytes);
  }

  /** Takes up what an earlier process left: downloads begin again, and uploads go on where their files end. */
  async takeUp(): Promise<void> {
    const { world, clock } = this.store;
    await this.assets.sweep(isStoredFor(world.containers.values()));
    await this.uploads.sweep((id) => {
      const container = world.containers.get(id);
      return container?.ingest.state === 'pending' && !isExpired(container, clock.now());
    });
    for (const container of world.containers.values()) {
      if (container.ingest.state !== 'pending' || isExpired(container, clock.now())) continue;
      if (!container.is_upload || container.is_uploaded) this.start(container);
      else world.apply({ type: 'container.upload_progressed', container_id: container.id, bytes: await this.uploads.received(container.id) });
    }
  }

  /** Bytes of uploads that were never completed would otherwise stay for as long as the process lives. */
  async dropExpiredUploads(): Promise<void> {
    for (const id of this.uploads.idle()) {
      const container = this.store.world.containers.get(id);
      if (!container || (!container.is_uploaded && isExpired(container, this.store.clock.now()))) await this.uploads.remove(id);
    }
  }

  /** Begins the work on a video container; its outcome arrives as an event. */
  start(container: Container): void {
    const work = this.ingestVideo(container)
      .then((ingest) => this.settle(container, ingest))
      .catch((error: unknown) => { this.log(`sandbox: container ${container.id}: ${String(error)}`); })
      .finally(() => this.running.delete(work));
    this.running.add(work);
  }

  async close(): Promise<void> {
    this.closing.abort();
    await Promise.all(this.running);
  }

  /** An interrupted download stays pending, to be taken up again by the next process. */
  private async settle(container: Container, ingest: Ingest): Promise<void> {
    if (this.closing.signal.aborted) return;
    if (!this.store.world.containers.has(container.id)) return this.uploads.remove(container.id);
    if (!isExpired(container, this.store.clock.now())) await this.store.commit({ type: 'container.ingested', container_id: container.id, ingest });
    if (container.is_upload) await this.uploads.remove(container.id);
  }

  private async ingestVideo(container: Container): Promise<Ingest> {
    const { limits } = this.store.world.accounts.get(container.user_id)?.settings ?? DEFAULT_SETTINGS;
    try {
      const cover = container.cover_url === null ? POSTER : await this.fetchImage(container.cover_url, true, limits);
      return await this.takeVideo(container, cover, limits);
    } catch (error) {
      if (error instanceof DownloadError) return { state: 'failed', subcode: downloadSubcode(error.reason) };
      if (error instanceof GraphError) return { state: 'failed', subcode: Number(error.key.split('/')[1] ?? 2207053) };
      // After a reset neither the container nor its files are there.
      if (this.store.world.containers.has(container.id)) this.log(`sandbox: container ${container.id}: ${String(error)}`);
      return { state: 'failed', subcode: 2207053 };
    }
  }

  private async takeVideo(container: Container, cover: Asset, limits: Limits): Promise<Ingest> {
    const kind = kindOfContainer(container);
    const film = container.video_url === null
      ? await this.uploads.take(container.id)
      : await this.media.video(container.video_url, videoLimits(kind, limits).maxBytes);
    const facts = await probeVideo(film.path);
    const subcode = judgeVideo(facts, kind, container, limits);
    if (subcode !== null || !facts) {
      if (!container.is_upload) await rm(film.path, { force: true });
      return { state: 'failed', subcode: subcode ?? 2207026 };
    }
    const file = container.is_upload ? await this.assets.share(film, 'mp4') : await this.assets.adopt(film, 'mp4');
    const asset = { file, content_type: 'video/mp4', bytes: film.bytes, width: facts.width, height: facts.height, duration_ms: facts.durationMs };
    return { state: 'done', asset, cover };
  }
}
