import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Logger } from '#infra/logging/logger';
import { ApiKeyLookupRepository, type KeyUse } from './api-key-lookup.repository.js';

const writeEvery = 3_000;

/** When each key was last used, gathered in memory and written in one statement every few seconds and at the end. A crash forgets seconds. */
@Injectable()
export class ApiKeyUses implements OnApplicationBootstrap, BeforeApplicationShutdown {
  /** By key; no more than there are keys. */
  private uses = new Map<string, KeyUse>();
  private timer: NodeJS.Timeout | null = null;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly keys: ApiKeyLookupRepository,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.writing = this.write();
    }, writeEvery);
  }

  /** While the database can still be asked: it disconnects on shutdown. */
  async beforeApplicationShutdown(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    await this.writing;
    await this.write();
  }

  note(workspaceId: string, id: string, at: Date): void {
    this.uses.set(id, { workspaceId, id, at });
  }

  private async write(): Promise<void> {
    if (this.uses.size === 0) return;
    const uses = this.uses;
    this.uses = new Map();
    try {
      await this.keys.saveUses([...uses.values()]);
    } catch (error) {
      this.logger.warn({ err: error, keys: uses.size }, 'The last use of keys could not be written; the next round tries again');
      this.uses = new Map([...uses, ...this.uses]);
    }
  }
}
