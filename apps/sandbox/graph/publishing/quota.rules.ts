import type { Account } from '../../state/entities.js';
import type { World } from '../../state/world.js';

export const DAY_MS = 24 * 60 * 60 * 1000;
/** §1.3: containers per account and rolling 24 h; every carousel item counts. */
export const CONTAINERS_PER_DAY = 400;

/** Posts since a moment, deleted ones too: a carousel is one, stories and reels count too (§1.6 leaves that open; `[seed 004]` says so). */
export function postsSince(world: World, account: Account, since: number): number {
  return countWhile(world.everyPostOf.get(account.user_id) ?? [], (post) => post.published_at > since);
}

export function containersSince(world: World, account: Account, since: number): number {
  return countWhile(world.containersOf.get(account.user_id) ?? [], (container) => container.created_at > since);
}

/** Lists are oldest first: counts from the end, however long the history is. */
function countWhile<T>(items: T[], isCounted: (item: T) => boolean): number {
  let count = 0;
  for (let index = items.length - 1; index >= 0; index -= 1) {
    const item = items[index];
    if (item === undefined || !isCounted(item)) break;
    count += 1;
  }
  return count;
}
