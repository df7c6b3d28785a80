import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Download } from './media-download.js';

/** The "CDN": fetched files under their content hash, so the same bytes are stored once. */
export class AssetStore {
  private constructor(readonly folder: string) {}

  static async open(dataDir: string): Promise<AssetStore> {
    const store = new AssetStore(join(dataDir, 'cdn'));
    await mkdir(store.folder, { recursive: true });
    for (const name of await readdir(store.folder)) {
      if (name.endsWith('.part')) await rm(join(store.folder, name), { force: true });
    }
    return store;
  }

  /** Moves a download to its final name and returns that. */
  async adopt(download: Download, extension: 'jpg' | 'mp4'): Promise<string> {
    const file = `${download.sha256.slice(0, 40)}.${extension}`;
    await rename(download.path, join(this.folder, file));
    return file;
  }

  /** Path and length of a stored file; null for anything that is not one. */
  async find(file: string): Promise<{ path: string; bytes: number } | null> {
    if (!/^[0-9a-f]{40}\.(?:jpg|mp4)$/u.test(file)) return null;
    const path = join(this.folder, file);
    const found = await stat(path).catch(() => null);
    return found && { path, bytes: found.size };
  }

  /** For `POST /_sandbox/reset`. */
  async clear(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
    await mkdir(this.folder, { recursive: true });
  }
}
