import { DAY_MS, postsSince } from '../graph/publishing/quota.rules.js';
import type { Account, Media } from '../state/entities.js';
import type { World } from '../state/world.js';
import { accountTroubles } from './account-state.rules.js';
import { renderCard } from './card.view.js';
import { escapeHtml } from './html.js';
import { localPath, renderShot } from './media.view.js';

/** How long a story can be seen (§9.1). */
const STORY_LIFE_MS = 24 * 60 * 60 * 1000;

/** One account: who it is and how it fares, its stories, its newest posts. */
export function renderAccount(world: World, account: Account, now: number, shownPosts: number): string {
  const posts = world.postsOf.get(account.user_id) ?? [];
  const grid = posts.filter((post) => post.media_product_type !== 'STORY');
  const stories = posts.filter((post) => post.media_product_type === 'STORY' && post.published_at > now - STORY_LIFE_MS).reverse();
  return `<section class="account" data-key="${account.user_id}">${renderProfile(world, account, now, { posts: grid.length, hasStories: stories.length > 0 })}
${stories.length === 0 ? '' : `<div class="stories" data-key="stories">${stories.map((story) => renderStory(world, story)).join('')}</div>`}
${grid.length === 0 ? '<p class="empty" data-key="none">Nothing published yet.</p>' : `<div class="grid" data-key="grid">${grid.slice(-shownPosts).reverse().map((post) => renderCard(world, post)).join('')}</div>`}
${grid.length > shownPosts ? `<p class="more" data-key="more"><a href="${accountPath(account)}">All ${grid.length.toLocaleString('en')} posts of ${escapeHtml(account.username)}</a></p>` : ''}
</section>`;
}

function accountPath(account: Account): string {
  return `/?account=${escapeHtml(account.username)}`;
}

function renderProfile(world: World, account: Account, now: number, { posts, hasStories }: { posts: number; hasStories: boolean }): string {
  const troubles = accountTroubles(world, account, now).map((name) => ` <span class="pill bad">${name}</span>`).join('');
  const [used, total] = [postsSince(world, account, now - DAY_MS), account.settings.quota_total];
  const quota = `${used.toLocaleString('en')} / ${total.toLocaleString('en')}`;
  return `<div class="profile" data-key="profile"><span class="face${hasStories ? ' has-stories' : ''}"><img src="/avatar/${account.user_id}.svg" alt="" width="72" height="72"></span>
<div><h2><a href="${accountPath(account)}">${escapeHtml(account.username)}</a>${troubles}</h2>
${account.name === account.username ? '' : `<p class="name">${escapeHtml(account.name)}</p>`}
<dl><div><dt>posts</dt><dd>${posts.toLocaleString('en')}</dd></div><div><dt>followers</dt><dd>${account.followers_count.toLocaleString('en')}</dd></div>
<div><dt>published in 24 h</dt><dd><meter min="0" max="${String(Math.max(total, 1))}" high="${String(total * 0.8)}" optimum="0" value="${String(used)}">${quota}</meter>${quota}</dd></div>
<div><dt>user_id</dt><dd class="id">${account.user_id}</dd></div></dl></div></div>`;
}

function renderStory(world: World, story: Media): string {
  return `<a class="story" data-key="${story.id}" href="${localPath(story)}"><span class="frame">${renderShot(world, story)}</span>${new Date(story.published_at).toISOString().slice(11, 16)}</a>`;
}
