import { mkdir, open, readdir, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { isId } from '#kernel/ids';
import type { Settings } from '#infra/config/settings';
import { SETTINGS } from '#infra/config/settings.module';

/** What has come of unfinished uploads: one file each, in the data folder, which all processes of an installation share. */
@Injectable()
export class UploadParts {
  private readonly folder: string;

  constructor(@Inject(SETTINGS) settings: Settings) {
    this.folder = join(settings.dataDir, 'uploads');
  }

  /** Opened for writing behind the first `length` bytes; what was there is cut off. The caller closes it. */
  async openAt(id: string, length: number): Promise<FileHandle> {
    await mkdir(this.folder, { recursive: true });
    const file = await open(this.pathOf(id), length === 0 ? 'w+' : 'r+', 0o600);
    try {
      await file.truncate(length);
    } catch (error) {
      await file.close();
      throw error;
    }
    return file;
  }

  pathOf(id: string): string {
    if (!isId('upload', id)) throw new Error(`Not an upload: ${id}`);
    return join(this.folder, id);
  }

  async remove(id: string): Promise<void> {
    await rm(this.pathOf(id), { force: true });
  }

  /** Files whose upload is over for certain, also where its row is gone. @returns how many */
  async removeOlderThan(moment: Date): Promise<number> {
    let count = 0;
    await mkdir(this.folder, { recursive: true });
    for (const name of await readdir(this.folder)) {
      const path = join(this.folder, name);
      const found = await stat(path).catch(() => null); // another worker may have removed it meanwhile
      if (!found || found.mtimeMs >= moment.getTime()) continue;
      await rm(path, { force: true });
      count += 1;
    }
    return count;
  }
}
