import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { isId } from '#kernel/ids';
import type { Settings } from '#infra/config/settings';
import { SETTINGS } from '#infra/config/settings.module';
import type { PartFile } from './part-file.js';
import { UploadDisk } from './upload-disk.js';

/** What has come of unfinished uploads: one file each, in the data folder, which all processes of an installation share. */
@Injectable()
export class UploadParts {
  private readonly folder: string;

  constructor(@Inject(SETTINGS) settings: Settings, private readonly disk: UploadDisk) {
    this.folder = join(settings.dataDir, 'uploads');
  }

  /** Opened for writing behind the first `length` bytes; what was there is cut off. The caller closes it. */
  async openAt(id: string, length: number): Promise<PartFile> {
    await mkdir(this.folder, { recursive: true });
    return this.disk.open(this.pathOf(id), length);
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
