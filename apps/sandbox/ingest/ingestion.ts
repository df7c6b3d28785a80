import { readFile, rm } from 'node:fs/promises';
import { GraphError } from '../graph/graph-error.js';
import { kindOfContainer } from '../graph/publishing/container-kind.rules.js';
import type { Asset, Container, Ingest } from '../state/entities.js';
import type { Store } from '../state/store.js';
import type { AssetStore } from './asset-store.js';
import { probeImage } from './image.probe.js';
import { judgeImage, MAX_IMAGE_BYTES } from './image.rules.js';
import { downloadErrorKey, downloadSubcode } from './download.rules.js';
import { type Download, DownloadError, downloadMedia, isFetchableAddress } from './media-download.js';
import { probeVideo } from './video.probe.js';
import { judgeVideo, videoLimits } from './video.rules.js';

/** How long the sandbox waits for a whole file, in real time. */
export interface DownloadPatience {
  imageMs: number;
  videoMs: number;
}

/** Turns addresses into stored media: images while the caller waits, videos in the background. */
export class Ingestion {
  private readonly closing = new AbortController();
  private readonly running = new Set<Promise<void>>();

  constructor(
    private readonly store: Store,
    private readonly assets: AssetStore,
    private readonly patience: DownloadPatience,
    private readonly log: (line: string) => void,
  ) {}

  /** What can be said of an address without fetching it. Throws 9004/2207052. */
  checkAddress(url: string): void {
    if (!isFetchableAddress(url)) throw new GraphError('9004/2207052');
  }

  /** Fetches and judges an image. Throws the row of §2.3 it earns. */
  async fetchImage(url: string, isStory: boolean): Promise<Asset> {
    const download = await this.download(url, 'image').catch((error: unknown) => {
      throw error instanceof DownloadError ? new GraphError(downloadErrorKey(error.reason)) : error;
    });
    const facts = probeImage(await readFile(download.path));
    const problem = judgeImage(facts, isStory);
    if (problem !== null) {
      await rm(download.path, { force: true });
      throw new GraphError(problem);
    }
    const file = await this.assets.adopt(download, 'jpg');
    return { file, content_type: 'image/jpeg', bytes: download.bytes, width: facts.width, height: facts.height, duration_ms: null };
  }

  /** Begins the work on a video container; its outcome arrives as an event. Also called for what a restart interrupted. */
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
    if (this.closing.signal.aborted || !this.store.world.containers.has(container.id)) return;
    await this.store.commit({ type: 'container.ingested', container_id: container.id, ingest });
  }

  private async ingestVideo(container: Container): Promise<Ingest> {
    try {
      const cover = container.cover_url === null ? null : await this.fetchImage(container.cover_url, true);
      return await this.fetchVideo(container, cover);
    } catch (error) {
      if (error instanceof DownloadError) return { state: 'failed', subcode: downloadSubcode(error.reason) };
      if (error instanceof GraphError) return { state: 'failed', subcode: Number(error.key.split('/')[1] ?? 2207053) };
      this.log(`sandbox: container ${container.id}: ${String(error)}`);
      return { state: 'failed', subcode: 2207053 };
    }
  }

  private async fetchVideo(container: Container, cover: Asset | null): Promise<Ingest> {
    const kind = kindOfContainer(container);
    const download = await this.download(container.video_url ?? '', 'video', videoLimits(kind).maxBytes);
    const facts = await probeVideo(download.path);
    const subcode = judgeVideo(facts, kind, container.thumb_offset);
    if (subcode !== null || !facts) {
      await rm(download.path, { force: true });
      return { state: 'failed', subcode: subcode ?? 2207026 };
    }
    const file = await this.assets.adopt(download, 'mp4');
    const asset = { file, content_type: 'video/mp4', bytes: download.bytes, width: facts.width, height: facts.height, duration_ms: facts.durationMs };
    return { state: 'done', asset, cover };
  }

  private download(url: string, kind: 'image' | 'video', maxBytes = MAX_IMAGE_BYTES): Promise<Download> {
    return downloadMedia({
      url, maxBytes, folder: this.assets.folder, signal: this.closing.signal,
      acceptsType: kind === 'image' ? (type) => /^(?:image|video)\//u.test(type) : (type) => type.startsWith('video/'),
      timeoutMs: kind === 'image' ? this.patience.imageMs : this.patience.videoMs,
    });
  }
}
