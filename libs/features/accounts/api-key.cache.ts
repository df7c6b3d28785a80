import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { ProcessSettings } from '#infra/config/process-settings';
import { SETTINGS } from '#infra/config/settings.module';
import { NotificationListener } from '#infra/database/notifications';
import { Logger } from '#infra/logging/logger';
import { isSameSecret, type ParsedApiKey } from './api-key.js';
import { ApiKeyLookupRepository, type CallKey } from './api-key-lookup.repository.js';

/** Also the channel's name in the migration's triggers. */
const channel = 'heliograph_keys';
const maxEntries = 10_000;
const maxAge = 60_000;

interface Entry {
  readonly key: CallKey;
  readonly readAt: number;
}

/**
 * Keys and groups of calls, kept in memory, so that a call costs no query. A change takes effect in every process as soon as
 * PostgreSQL has delivered its notification, some milliseconds after the commit. When notifications are not heard nothing is taken
 * from memory, so what is answered is never older than the listener's two seconds. Only keys whose secret was right are
 * kept; wrong ones, and groups that a key may not see, are asked for each time.
 */
@Injectable()
export class ApiKeyCache implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly entries = new Map<string, Entry>();
  private readonly listener: NotificationListener;
  /** Counts changes: what was read before one is not kept after it. */
  private changes = 0;

  constructor(
    private readonly keys: ApiKeyLookupRepository,
    @Inject(SETTINGS) settings: ProcessSettings,
    logger: Logger,
  ) {
    const handlers = { onMessage: (payload: string) => this.forget(payload), onGap: () => this.forgetAll() };
    this.listener = new NotificationListener(settings.databaseUrl, channel, handlers, logger);
  }

  onApplicationBootstrap(): void {
    this.listener.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.listener.stop();
  }

  /** The key with this secret and the group of the call; null when there is none. Says nothing of expiry and revocation. */
  async findForCall(offered: ParsedApiKey, group: string | null): Promise<CallKey | null> {
    const name = nameOf(offered, group);
    const known = this.remembered(name) ?? (await this.read(name, offered, group));
    return known && isSameSecret(known.secretHash, offered.secretHash) ? known : null;
  }

  /** The same from memory alone. Null does not say that there is none. */
  recall(offered: ParsedApiKey, group: string | null): CallKey | null {
    const known = this.remembered(nameOf(offered, group));
    return known && isSameSecret(known.secretHash, offered.secretHash) ? known : null;
  }

  /** `key:<prefix>` or `workspace:<id>`, as the triggers write it. */
  forget(change: string): void {
    this.changes += 1;
    for (const [name, { key }] of this.entries) {
      if (change === `key:${key.prefix}` || change === `workspace:${key.workspaceId}`) this.entries.delete(name);
    }
  }

  private forgetAll(): void {
    this.changes += 1;
    this.entries.clear();
  }

  private remembered(name: string): CallKey | null {
    if (!this.listener.isCurrent()) return null;
    const entry = this.entries.get(name);
    return entry && performance.now() - entry.readAt < maxAge ? entry.key : null;
  }

  private async read(name: string, offered: ParsedApiKey, group: string | null): Promise<CallKey | null> {
    const before = this.changes;
    const key = await this.keys.findForCall(offered.prefix, group);
    if (key?.groupId && isSameSecret(key.secretHash, offered.secretHash) && before === this.changes && this.listener.isCurrent()) this.keep(name, key);
    return key;
  }

  private keep(name: string, key: CallKey): void {
    // A Map remembers the order: the oldest goes first.
    this.entries.delete(name);
    const oldest = this.entries.size >= maxEntries ? this.entries.keys().next().value : undefined;
    if (oldest !== undefined) this.entries.delete(oldest);
    this.entries.set(name, { key, readAt: performance.now() });
  }
}

function nameOf(offered: ParsedApiKey, group: string | null): string {
  return `${offered.prefix} ${group ?? ''}`;
}
