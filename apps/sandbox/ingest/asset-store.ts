import { randomUUID } from 'node:crypto';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { copyFile, link, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Download } from './media-download.js';
import { POSTER, POSTER_BYTES } from './poster.js';

type Extension = 'jpg' | 'png' | 'mp4';

/** Names of stored files. */
const STORED = /^[0-9a-f]{40}\.(?:jpg|png|mp4)$/u;
/** End of the name of a folder whose files are being removed. */
const OLD = '.old';

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
    for (const name of await readdir(dataDir)) {
      if (name.startsWith('cdn-') && name.endsWith(OLD)) await rm(join(dataDir, name), { recursive: true, force: true });
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
    if (!STORED.test(file)) return null;
    const path = join(this.folder, file);
    const found = await stat(path).catch(() => null);
    return found && { path, bytes: found.size };
  }

  /**
   * For `POST /_sandbox/reset`. The folder is changed for an empty one at once: what arrives while the old files are removed is of the
   * new world, and may have the name of an old one.
   */
  async clear(): Promise<void> {
    const old = `${this.folder}-${randomUUID()}${OLD}`;
    renameSync(this.folder, old);
    mkdirSync(this.folder);
    writeFileSync(join(this.folder, POSTER.file), POSTER_BYTES);
    await rm(old, { recursive: true, force: true });
  }

  /** Removes what an earlier process fetched for a container that it did not live to make. */
  async sweep(isWanted: (file: string) => boolean): Promise<void> {
    for (const name of await readdir(this.folder)) {
      if (STORED.test(name) && name !== POSTER.file && !isWanted(name)) await rm(join(this.folder, name), { force: true });
    }
  }

  private async prepare(): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    await writeFile(join(this.folder, POSTER.file), POSTER_BYTES);
  }
}
