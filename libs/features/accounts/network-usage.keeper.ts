import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Clock } from '#kernel/clock';
import { Logger } from '#infra/logging/logger';
import { NetworkRegistry } from '#networks/port/network-registry';
import type { UsageReport } from '#networks/port/usage-source';
import { NetworkUsageRepository } from './network-usage.repository.js';
import { isWorthWriting, stopOf, usageClass, type UsageClass } from './network-usage.rules.js';

const mostKnown = 10_000;

/** Writes down what every answer of a network says of its limits, where all processes see it. No call waits for it. */
@Injectable()
export class NetworkUsageKeeper implements OnModuleInit, OnModuleDestroy {
  private readonly written = new Map<string, { usage: UsageClass; at: Date }>();
  private readonly pending = new Set<Promise<void>>();
  private ends: (() => void)[] = [];

  constructor(
    private readonly networks: NetworkRegistry,
    private readonly usages: NetworkUsageRepository,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.ends = this.networks.names().map((name) => this.networks.get(name).usage.listen((reports) => {
      for (const report of reports) this.take(name, report);
    }));
  }

  async onModuleDestroy(): Promise<void> {
    for (const end of this.ends) end();
    await Promise.all(this.pending);
  }

  private take(network: string, report: UsageReport): void {
    const now = this.clock.now();
    const key = JSON.stringify([network, report.accountId]);
    const usage = usageClass(report, now);
    if (!isWorthWriting(this.written.get(key) ?? null, usage, now)) return;
    this.remember(key, usage, now);
    const write = this.usages.keep(network, report.accountId, { percent: report.percent, stoppedUntil: stopOf(report, now), now })
      .catch((error: unknown) => {
        this.written.delete(key);
        this.logger.warn({ network, err: error }, 'What a network said of its limits could not be kept');
      })
      .finally(() => this.pending.delete(write));
    this.pending.add(write);
  }

  /** The longest unwritten is forgotten first; forgetting costs one write. */
  private remember(key: string, usage: UsageClass, at: Date): void {
    this.written.delete(key);
    this.written.set(key, { usage, at });
    const [oldest] = this.written.keys();
    if (this.written.size > mostKnown && oldest !== undefined) this.written.delete(oldest);
  }
}
