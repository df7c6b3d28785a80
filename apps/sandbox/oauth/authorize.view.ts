import { createHash } from 'node:crypto';
import type { Reply } from '../http/reply.js';
import { escapeHtml } from '../page/html.js';
import type { Account } from '../state/entities.js';
import { AUTHORIZE_STYLE } from './authorize.style.js';
import type { AuthorizeRequest } from './authorize-request.reader.js';
import { isFixedScope, scopeField, scopeText } from './scope.table.js';

/**
 * Nothing runs and nothing is loaded but profile pictures. `form-action` names schemes, not the one address to return to:
 * browsers hold it against every redirect that follows the form, and where an app sends people on to is not known here.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'", "img-src 'self'", `style-src 'sha256-${createHash('sha256').update(AUTHORIZE_STYLE).digest('base64')}'`,
  "form-action 'self' http: https:", "base-uri 'none'", "frame-ancestors 'none'",
].join('; ');

/** As many as a person looks through; a program may approve for any account. */
const SHOWN_ACCOUNTS = 200;

/** @param accounts the newest first */
export function authorizePage(request: AuthorizeRequest, accounts: Account[]): Reply {
  const name = escapeHtml(request.app.name);
  if (accounts.length === 0) return page(200, 'No accounts yet', NO_ACCOUNTS);
  const shown = accounts.slice(0, SHOWN_ACCOUNTS);
  const rest = accounts.length > shown.length ? `<p class="soft">The newest ${String(shown.length)} of ${String(accounts.length)} accounts.</p>` : '';
  return page(200, `${request.app.name} asks for access`, `<h1>${name} asks for access</h1>
<p class="soft">Then you return to ${escapeHtml(new URL(request.redirectUri).host)}.</p>
<form method="post" autocomplete="off">
<fieldset><legend>Account</legend><div class="choices accounts">${shown.map(renderAccount).join('')}</div>${rest}</fieldset>
<fieldset><legend>${name} may</legend><div class="choices">${request.scopes.map(renderScope).join('')}</div></fieldset>
<div class="actions"><button name="decision" value="cancel" formnovalidate>Cancel</button><button class="main" name="decision" value="allow">Allow</button></div>
</form>`);
}

/** A page that ends here: there is no address to send the person to. */
export function refusalPage(status: number, title: string, message: string): Reply {
  return page(status, title, `<h1>${escapeHtml(title)}</h1><p>${escapeHtml(message)}</p>`);
}

const NO_ACCOUNTS = `<h1>No accounts yet</h1><p>The sandbox has no account to choose from. Make one with <code>POST /_sandbox/accounts</code>, then load this page again:</p>
<pre>curl http://127.0.0.1:3001/_sandbox/accounts \\
  -H 'content-type: application/json' \\
  -d '{"username":"meadow.studio"}'</pre>`;

function renderAccount(account: Account, index: number): string {
  return `<label><input type="radio" name="account" value="${account.user_id}" required${index === 0 ? ' checked' : ''}><img src="/avatar/${account.user_id}.svg" alt="">
<span>${escapeHtml(account.username)}<small>${account.name === account.username ? '' : `${escapeHtml(account.name)} · `}${account.user_id}</small></span></label>`;
}

/** A disabled box is not sent; what is fixed is given anyway. */
function renderScope(scope: string): string {
  const state = isFixedScope(scope) ? 'checked disabled' : 'checked';
  return `<label><input type="checkbox" name="${scopeField(scope)}" value="1" ${state}><span>${escapeHtml(scopeText(scope))}<small>${scope}${isFixedScope(scope) ? ' · required' : ''}</small></span></label>`;
}

/** `same-origin`: without a referrer browsers send the form with `Origin: null`. */
function page(status: number, title: string, main: string): Reply {
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', 'content-security-policy': CONTENT_SECURITY_POLICY,
      'x-content-type-options': 'nosniff', 'referrer-policy': 'same-origin',
    },
    body: `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escapeHtml(title)}</title><link rel="icon" href="/avatar/0.svg"><style>${AUTHORIZE_STYLE}</style></head>
<body><header><div><b>Instagram sandbox</b><span>No real account, no password.</span></div></header>
<main>${main}</main></body></html>`,
  };
}
