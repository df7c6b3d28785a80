import type { Account } from '../state/entities.js';
import type { World } from '../state/world.js';
import { renderAccount } from './account.view.js';
import { escapeHtml } from './html.js';

/** Enough for one look, and a page that is fast; an account's own page shows more, the ledger everything. */
const SHOWN_ACCOUNTS = 20;
const SHOWN_POSTS = 24;
const SHOWN_POSTS_ALONE = 240;

/** Every account with its stories and its grid; the newest accounts when there are many. */
export function renderFeed(world: World, now: number, base: string): string {
  const accounts = [...world.accounts.values()];
  const hidden = accounts.length - SHOWN_ACCOUNTS;
  const sections = accounts.slice(-SHOWN_ACCOUNTS).map((account) => renderAccount(world, account, now, SHOWN_POSTS));
  const older = hidden > 0 ? `<p class="more" data-key="older">${hidden.toLocaleString('en')} older account${hidden === 1 ? '' : 's'}: see GET /_sandbox/accounts</p>` : '';
  return `${older}${accounts.length === 0 ? renderEmpty(base) : sections.join('\n')}${ACCOUNT_FORM}`;
}

/** `/?account=<username>`: one account, and more of its posts. */
export function renderOneAccount(world: World, account: Account, now: number): string {
  return `<p class="back" data-key="back"><a href="/">← All accounts</a></p>${renderAccount(world, account, now, SHOWN_POSTS_ALONE)}`;
}

const ACCOUNT_FORM = `<details class="add" data-live data-key="add"><summary>Add an account</summary><form data-call="POST /_sandbox/accounts">
<label>Username <input name="username" required pattern="[A-Za-z0-9._]{1,30}" title="1 to 30 letters, digits, dots or underscores" placeholder="meadow.studio" autocomplete="off" spellcheck="false" autocapitalize="off"></label>
<label>Followers <input name="followers_count" type="number" min="0" max="1000000000" placeholder="1200"></label>
<p class="error wide" role="alert"></p><button class="main wide">Add account</button><p class="soft wide">Its access token: <a href="/_sandbox/accounts">GET /_sandbox/accounts</a></p></form></details>`;

function renderEmpty(base: string): string {
  return `<section class="empty" data-key="empty"><h2>No accounts yet</h2><p>Add one below, or from a shell:</p>
<pre tabindex="0">curl ${escapeHtml(base)}/_sandbox/accounts -H 'content-type: application/json' -d '{"username":"meadow.studio"}'</pre></section>`;
}
