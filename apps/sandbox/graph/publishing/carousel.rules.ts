import type { Account, Container } from '../../state/entities.js';
import type { World } from '../../state/world.js';
import { GraphError, invalidParameter } from '../graph-error.js';
import { statusOf } from './container-status.rules.js';

/**
 * The items of a carousel: containers of this account, made as items, finished and not yet part of a post. The reference
 * has no error rows for the single cases; each takes the row which says it best.
 * @param isRepeat a scripted fault publishes a second time what has just been published
 */
export function checkCarouselItems(world: World, account: Account, ids: string[], { now, isRepeat }: { now: number; isRepeat: boolean }): Container[] {
  return ids.map((id) => {
    const item = world.containers.get(id);
    if (item?.user_id !== account.user_id) throw new GraphError('24/2207006');
    if (!item.is_carousel_item) throw invalidParameter(`Container ${id} was not created with is_carousel_item=true`);
    const status = statusOf(item, now);
    if (status === 'PUBLISHED' && isRepeat) return item;
    if (status === 'PUBLISHED' || status === 'EXPIRED') throw new GraphError('24/2207008');
    if (status !== 'FINISHED') throw new GraphError('9007/2207027');
    return item;
  });
}
