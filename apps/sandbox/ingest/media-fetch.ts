import type { AssetStore } from './asset-store.js';
import { MAX_IMAGE_BYTES } from './image.rules.js';
import { type Download, DownloadError, downloadMedia, isFetchableAddress } from './media-download.js';
import { RobotsReader } from './robots.reader.js';

/** How long the sandbox waits for a whole file, in real time. */
export interface DownloadPatience {
  imageMs: number;
  videoMs: number;
}

/** Fetches media the way Meta's servers do: robots.txt first, then the file. Throws {@link DownloadError}. */
export class MediaFetch {
  private readonly robots: RobotsReader;

  /** @param signal aborts when the sandbox closes */
  constructor(private readonly assets: AssetStore, private readonly patience: DownloadPatience, private readonly signal: AbortSignal) {
    this.robots = new RobotsReader(signal);
  }

  image(url: string): Promise<Download> {
    return this.fetch(url, /^(?:image|video)\//u, MAX_IMAGE_BYTES, this.patience.imageMs);
  }

  video(url: string, maxBytes: number): Promise<Download> {
    return this.fetch(url, /^video\//u, maxBytes, this.patience.videoMs);
  }

  /** The time for robots.txt is its own, and short. */
  private async fetch(url: string, types: RegExp, maxBytes: number, timeoutMs: number): Promise<Download> {
    if (!isFetchableAddress(url)) throw new DownloadError('bad_address');
    if (!await this.robots.isAllowed(url)) throw new DownloadError('disallowed', 403);
    return downloadMedia({ url, maxBytes, timeoutMs, folder: this.assets.folder, signal: this.signal, acceptsType: (type) => types.test(type) });
  }
}
