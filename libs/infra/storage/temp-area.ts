import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { OnModuleInit } from '@nestjs/common';
import { after, hours, type Clock } from '#kernel/clock';

/** Older than any upload or download may take: what is still there then was left behind by a killed process. */
const staleAfter = hours(24);

/** Short-lived files of this process and its siblings, each job in a folder of its own, removed whole. */
export class TempArea implements OnModuleInit {
  constructor(private readonly root: string, private readonly clock: Clock) {}

  onModuleInit(): Promise<void> {
    return this.removeStale();
  }

  /** A fresh, empty folder (mode 0700). Prefer `withDirectory`; who calls this must call `remove`. */
  async create(): Promise<string> {
    const fresh = (): Promise<string> => mkdtemp(join(this.root, 'job-'));
    // Looked for when it is missing only: every question to the disk waits for the same few threads as pictures that are decoded.
    return fresh().catch(async (error: unknown) => {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
      await mkdir(this.root, { recursive: true });
      return fresh();
    });
  }

  async remove(directory: string): Promise<void> {
    if (dirname(resolve(directory)) !== resolve(this.root)) throw new Error(`Not a temporary folder: ${directory}`);
    await rm(directory, { recursive: true, force: true });
  }

  /** Lends a fresh folder for the time of `work` and removes it however that ends. */
  async withDirectory<T>(work: (directory: string) => Promise<T>): Promise<T> {
    const directory = await this.create();
    try {
      return await work(directory);
    } finally {
      await this.remove(directory);
    }
  }

  /** Other processes share the folder, so young entries stay. */
  async removeStale(): Promise<void> {
    await mkdir(this.root, { recursive: true });
    const limit = after(this.clock.now(), -staleAfter).getTime();
    for (const name of await readdir(this.root)) {
      const path = join(this.root, name);
      const found = await stat(path).catch(() => null); // a sibling may have removed it meanwhile
      if (found && found.mtimeMs < limit) await rm(path, { recursive: true, force: true });
    }
  }
}
