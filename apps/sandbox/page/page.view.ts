import type { RequestLog } from '../calls/request-log.js';
import type { FaultList } from '../faults/fault-list.js';
import type { Account, Media } from '../state/entities.js';
import type { Store } from '../state/store.js';
import { renderCalls } from './calls.view.js';
import { renderClock } from './clock.view.js';
import { renderFaults } from './faults.view.js';
import { renderFeed, renderOneAccount } from './feed.view.js';
import { renderPost } from './post.view.js';

export interface PageSubject {
  store: Store;
  faults: FaultList;
  requests: RequestLog;
}

/** What the left side shows. */
export type Topic = { kind: 'feed' } | { kind: 'account'; account: Account } | { kind: 'post'; post: Media } | { kind: 'nothing' };

const SHOWN_CALLS = 30;

/**
 * The `<main>` element: the topic, and beside it clock, faults and calls (of one account, if that is the topic).
 * @param base address of the sandbox, for an example
 * @param isPart answer to the page's script: it depends on nothing but what happened, so that it can be compared
 */
export function renderMain({ store, faults, requests }: PageSubject, topic: Topic, { base, isPart }: { base: string; isPart: boolean }): string {
  const now = store.clock.now();
  const account = topic.kind === 'account' ? topic.account : null;
  const side = renderClock(store.clock, isPart ? null : now)
    + renderFaults(faults.list(), [...store.world.accounts.values()])
    + renderCalls(requests.list({ limit: SHOWN_CALLS, account }), account?.username ?? null);
  return `<main><div id="feed" class="feed" data-key="feed">${renderTopic(store, topic, now, base)}</div><aside class="side" data-key="side" aria-label="Clock, faults and calls">${side}</aside></main>`;
}

function renderTopic({ world }: Store, topic: Topic, now: number, base: string): string {
  switch (topic.kind) {
    case 'feed': return renderFeed(world, now, base);
    case 'account': return renderOneAccount(world, topic.account, now);
    case 'post': return renderPost(world, topic.post);
    case 'nothing': return '<p class="back" data-key="back"><a href="/">← All accounts</a></p><p class="empty" data-key="gone">There is nothing here (any more).</p>';
  }
}
