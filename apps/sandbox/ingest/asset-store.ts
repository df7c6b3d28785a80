import { copyFile, link, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Download } from './media-download.js';
import { POSTER, POSTER_BYTES } from './poster.js';

type Extension = 'jpg' | 'png' | 'mp4';

/** The "CDN": fetched files under their content hash, so the same bytes are stored once. Unfinished ones stand beside them. */
export class AssetStore {
  private constructor(readonly folder: string) {}

  /** Downloads of an earlier process are of no use and removed; its uploads are kept, they can be resumed. */
  static async open(dataDir: string): Promise<AssetStore> {
    const store = new AssetStore(join(dataDir, 'cdn'));
    await store.prepare();
    for (const name of await readdir(store.folder)) {
      if (name.endsWith('.part')) await rm(join(store.folder, name), { force: true });
    }
    return store;
  }

  /** Moves a download to its final name and returns that. */
  async adopt(download: Download, extension: Extension): Promise<string> {
    const file = `${download.sha256.slice(0, 40)}.${extension}`;
    await rename(download.path, join(this.folder, file));
    return file;
  }

  /** As {@link adopt}, and the download stays: an upload is let go of only when its outcome is on disk. */
  async share(download: Download, extension: Extension): Promise<string> {
    const file = `${download.sha256.slice(0, 40)}.${extension}`;
    const path = join(this.folder, file);
    // The same bytes may be there already, and not every file system has links.
    await link(download.path, path).catch(() => copyFile(download.path, path));
    return file;
  }

  /** Path and length of a stored file; null for anything that is not one. */
  async find(file: string): Promise<{ path: string; bytes: number } | null> {
    if (!/^[0-9a-f]{40}\.(?:jpg|png|mp4)$/u.test(file)) return null;
    const path = join(this.folder, file);
    const found = await stat(path).catch(() => null);
    return found && { path, bytes: found.size };
  }

  /** For `POST /_sandbox/reset`. */
  async clear(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
    await this.prepare();
  }

  private async prepare(): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    await writeFile(join(this.folder, POSTER.file), POSTER_BYTES);
  }
}
