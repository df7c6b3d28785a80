import { Inject, Injectable } from '@nestjs/common';
import { AppError } from '#kernel/app-error';
import { after, Clock, minutes } from '#kernel/clock';
import type { Settings } from '#infra/config/settings';
import { SETTINGS } from '#infra/config/settings.module';
import { ApiKeyUsageRepository } from './api-key-usage.repository.js';

export interface RateVerdict {
  readonly isAllowed: boolean;
  /** Requests a window; 0: there is no limit. */
  readonly limit: number;
  /** What is left in this window, as far as this process knows. */
  readonly remaining: number;
  /** Until the next window begins. */
  readonly resetSeconds: number;
}

interface Lease {
  windowStart: Date;
  /** Handed out to this process and not used yet. */
  tokens: number;
  /** Left for everybody when we last asked. */
  shared: number;
  /** Requests that wait for the portion under way. */
  waiting: number;
  pending: Promise<void> | null;
}

const window = minutes(1);
const maxLeases = 10_000;
/** Each round somebody gets a token or the window is used up, so this many waiters are served at once at least. */
const maxRounds = 1_000;

/**
 * Requests a minute and key, shared by all API processes through one row. A process takes tokens in portions, so that a call
 * costs no query: first a five-hundredth of the limit, then at most a tenth of what is left, so that the last
 * ones are not hoarded by whoever came first. A key is never served above its limit; shared by n processes it may be
 * stopped while the others still hold their last portion.
 */
@Injectable()
export class RateLimiter {
  private readonly leases = new Map<string, Lease>();
  private readonly limit: number;

  constructor(
    private readonly usage: ApiKeyUsageRepository,
    private readonly clock: Clock,
    @Inject(SETTINGS) settings: Settings,
  ) {
    this.limit = settings.apiRateLimit;
  }

  async take(workspaceId: string, keyId: string): Promise<RateVerdict> {
    for (let round = 0; round < maxRounds; round += 1) {
      const verdict = this.takeAtHand(keyId);
      if (verdict) return verdict;
      const lease = this.leaseOf(keyId);
      lease.waiting += 1;
      lease.pending ??= this.refill(lease, workspaceId, keyId);
      await lease.pending;
    }
    throw new AppError('service_unavailable');
  }

  /** As far as this process can say without asking; null when it must ask. */
  takeAtHand(keyId: string): RateVerdict | null {
    if (this.limit === 0) return { isAllowed: true, limit: 0, remaining: 0, resetSeconds: 0 };
    const lease = this.leaseOf(keyId);
    if (lease.tokens > 0) {
      lease.tokens -= 1;
      return this.verdict(lease, true);
    }
    return lease.shared <= 0 ? this.verdict(lease, false) : null;
  }

  /** This window's; the last one's is of no use any more. */
  private leaseOf(keyId: string): Lease {
    const known = this.leases.get(keyId);
    const now = this.clock.now().getTime();
    if (known && now < known.windowStart.getTime() + window) return known;
    this.leases.delete(keyId);
    const oldest = this.leases.size >= maxLeases ? this.leases.keys().next().value : undefined;
    if (oldest !== undefined) this.leases.delete(oldest);
    const lease = { windowStart: new Date(Math.floor(now / window) * window), tokens: 0, shared: this.limit, waiting: 0, pending: null };
    this.leases.set(keyId, lease);
    return lease;
  }

  private async refill(lease: Lease, workspaceId: string, keyId: string): Promise<void> {
    // Whoever asks in the same turn waits for the same portion.
    await Promise.resolve();
    const count = Math.max(1, Math.min(lease.waiting, lease.shared), portion(this.limit, lease.shared));
    try {
      const { windowStart, used } = await this.usage.charge(workspaceId, keyId, lease.windowStart, count);
      const left = this.limit - Number(used);
      lease.windowStart = windowStart;
      lease.tokens = Math.min(count, Math.max(0, left + count));
      lease.shared = Math.max(0, left);
    } finally {
      lease.pending = null;
      lease.waiting = 0;
    }
  }

  private verdict(lease: Lease, isAllowed: boolean): RateVerdict {
    const until = after(lease.windowStart, window).getTime() - this.clock.now().getTime();
    return { isAllowed, limit: this.limit, remaining: lease.tokens + lease.shared, resetSeconds: Math.max(1, Math.ceil(until / 1000)) };
  }
}

function portion(limit: number, shared: number): number {
  return shared === limit ? Math.ceil(limit / 500) : Math.floor(shared / 10);
}
