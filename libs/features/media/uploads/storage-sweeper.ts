import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { after, Clock, days, hours, minutes } from '#kernel/clock';
import type { Settings } from '#infra/config/settings';
import { SETTINGS } from '#infra/config/settings.module';
import { Logger } from '#infra/logging/logger';
import { Rounds } from '#infra/process/rounds';
import { ObjectStorage } from '#infra/storage/object-storage.port';
import { uploadLifetime } from './upload.service.js';
import { UploadParts } from './upload-parts.js';
import { UploadSweepRepository } from './upload-sweep.repository.js';

const roundPause = minutes(10);
/** Whoever stores an object writes its row within this time. */
const grace = hours(24);
/** Objects are found by the first two digits of their names: all 256 in a day's 144 rounds, with room. */
const prefixesOfRound = 4;
const prefixes = Array.from({ length: 256 }, (_, number) => number.toString(16).padStart(2, '0'));
const keysOfQuestion = 500;
/** So that one round ends: what is left is deleted in the next one. */
const mostBatches = 100;

/**
 * Deletes expired uploads, and stored objects that no row names (a post was deleted, never came to be, or needs its originals no longer), in every worker. Rows and
 * objects that another one is at are left to it.
 */
@Injectable()
export class StorageSweeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly rounds: Rounds;
  private next = Math.floor(Math.random() * prefixes.length); // workers begin apart

  constructor(
    private readonly uploads: UploadSweepRepository,
    private readonly parts: UploadParts,
    private readonly storage: ObjectStorage,
    private readonly clock: Clock,
    private readonly logger: Logger,
    @Inject(SETTINGS) private readonly settings: Pick<Settings, 'originalsRetentionDays'>,
  ) {
    this.rounds = new Rounds({ round: () => this.sweep(), pauseMs: roundPause, onFailure: (error) => this.logger.error({ err: error }, 'Storage could not be swept; the next round tries again') });
  }

  onApplicationBootstrap(): void {
    this.rounds.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.rounds.stop();
  }

  /** One round: all expired uploads, originals of posts that are over, and the objects of some prefixes. */
  async sweep(count = prefixesOfRound): Promise<void> {
    const uploads = await this.sweepUploads();
    await this.forgetOriginals();
    let objects = 0;
    for (let round = 0; round < count && !this.rounds.isStopped; round += 1) {
      objects += await this.sweepObjects(prefixes[this.next] ?? '00');
      this.next = (this.next + 1) % prefixes.length;
    }
    if (uploads + objects > 0) this.logger.info({ uploads, objects }, 'Expired uploads and objects that nobody names are deleted');
  }

  private async sweepUploads(): Promise<number> {
    const now = this.clock.now();
    let total = 0;
    for (let round = 0; round < mostBatches && !this.rounds.isStopped; round += 1) {
      const ids = await this.uploads.forgetExpired(now);
      for (const id of ids) await this.parts.remove(id);
      total += ids.length;
      if (!this.uploads.isFull(ids.length)) break;
    }
    // Of rows that went with their group, or with a worker that died in between. Nothing is written after the end of an upload's life.
    await this.parts.removeOlderThan(after(now, -2 * uploadLifetime));
    return total;
  }

  private async forgetOriginals(): Promise<void> {
    const limit = after(this.clock.now(), -days(this.settings.originalsRetentionDays));
    for (let round = 0; round < mostBatches && !this.rounds.isStopped; round += 1) {
      if (!this.uploads.isFull(await this.uploads.forgetOriginals(limit))) return;
    }
  }

  private async sweepObjects(prefix: string): Promise<number> {
    const limit = after(this.clock.now(), -grace);
    let total = 0;
    let old: string[] = [];
    for await (const { key, storedAt } of this.storage.list(prefix)) {
      if (this.rounds.isStopped) return total;
      if (storedAt < limit) old.push(key);
      if (old.length < keysOfQuestion) continue;
      total += await this.deleteOrphans(old, limit);
      old = [];
    }
    return total + (await this.deleteOrphans(old, limit));
  }

  private async deleteOrphans(keys: readonly string[], limit: Date): Promise<number> {
    if (keys.length === 0) return 0;
    let count = 0;
    for (const key of await this.uploads.withoutOwner(keys)) if (await this.storage.deleteOlder(key, limit)) count += 1;
    return count;
  }
}
