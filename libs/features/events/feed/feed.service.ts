import { Injectable } from '@nestjs/common';
import { AppError, validationFailed } from '#kernel/app-error';
import { after as later, Clock } from '#kernel/clock';
import type { EventRow } from '../event.body.js';
import { FeedRepository, type FeedFilter } from './feed.repository.js';
import { FeedWatch } from './feed.watch.js';

/** Numbers looked through by one call: with a filter that few events pass, a month of them would be too much for one answer. */
const longestSpan = 20_000n;

export interface FeedWish extends FeedFilter {
  readonly after: bigint;
  readonly limit: number;
  readonly waitMs: number;
}

export interface FeedPage {
  readonly events: readonly EventRow[];
  /** Where to go on, also when nothing was found. */
  readonly cursor: bigint;
  readonly hasMore: boolean;
}

/** What happened, in order, from a cursor on. */
@Injectable()
export class FeedService {
  constructor(
    private readonly feed: FeedRepository,
    private readonly watch: FeedWatch,
    private readonly clock: Clock,
  ) {}

  /** @throws AppError events_expired, validation_failed */
  async read(workspaceId: string, wish: FeedWish, gone: AbortSignal): Promise<FeedPage> {
    const end = later(this.clock.now(), wish.waitMs);
    for (let from = wish.after; ; ) {
      const page = await this.page(workspaceId, { ...wish, after: from });
      const left = end.getTime() - this.clock.now().getTime();
      if (page.events.length > 0 || page.hasMore || left <= 0) return page;
      if (!(await this.watch.until(workspaceId, page.cursor, left, gone))) return page;
      // What was seen and is not wanted is not looked at again.
      from = page.cursor;
    }
  }

  private async page(workspaceId: string, wish: FeedWish): Promise<FeedPage> {
    const { oldest, last } = await this.feed.bounds(workspaceId);
    const firstKept = oldest ?? last + 1n;
    if (wish.after > last) throw validationFailed([{ rule: 'events.after', path: 'after', message: `after is ahead of the last event, which has seq ${last}`, limit: Number(last), actual: Number(wish.after) }]);
    if (wish.after > 0n && wish.after < firstKept - 1n) {
      throw new AppError('events_expired', `Events after ${wish.after} are not kept any more; the oldest that is has seq ${firstKept}`, { details: { oldest_seq: Number(firstKept) } });
    }
    const after = wish.after > 0n ? wish.after : firstKept - 1n;
    const until = after + longestSpan < last ? after + longestSpan : last;
    const rows = await this.feed.list(workspaceId, wish, { after, until, take: wish.limit + 1 });
    const events = rows.slice(0, wish.limit);
    const isCut = rows.length > wish.limit;
    return { events, cursor: isCut ? (events.at(-1)?.seq ?? until) : until, hasMore: isCut || until < last };
  }
}
