import type { RequestRow } from '../calls/request-log.js';
import { escapeContent, escapeHtml } from './html.js';

/** So that the page stays small; `GET /_sandbox/requests` has more of each. */
const MAX_PARAMETERS = 500;
const MAX_ANSWER = 700;

/**
 * The last calls, newest first; each opens to what was sent and answered.
 * @param username null: everybody's
 */
export function renderCalls(rows: RequestRow[], username: string | null): string {
  const list = rows.length === 0
    ? '<p class="soft" data-key="none">None yet. Point a client at this address.</p>'
    : `<ol class="rows" data-key="rows">${rows.map(renderCall).join('')}</ol>`;
  return `<section id="calls" data-key="calls" aria-labelledby="calls-title"><div class="head" data-key="head"><h2 id="calls-title">Recent calls</h2><a href="/_sandbox/requests?limit=200${username === null ? '' : `&amp;account=${escapeHtml(username)}`}">JSON</a></div>${list}</section>`;
}

function renderCall(row: RequestRow): string {
  const fault = row.fault_id === null ? '' : ' <span class="pill bad">fault</span>';
  const who = row.account === null ? 'no account' : escapeHtml(row.account.username);
  return `<li data-key="${String(row.id)}"><details class="call"><summary><span class="pill ${tone(row.status)}">${String(row.status)}</span>
<span class="path"><b>${escapeHtml(row.method)}</b> ${escapeHtml(row.path)}</span>
<span class="meta"><time datetime="${row.at}">${row.at.slice(11, 19)}</time> · ${who} · ${took(row.took_ms)}${fault}</span></summary>
<h3>Parameters</h3>${renderJson(row.parameters, MAX_PARAMETERS)}<h3>Answer</h3>${row.status === 'cut' ? '<p class="soft">None: the connection was cut.</p>' : renderJson(row.answer, MAX_ANSWER)}
${row.host === null ? '' : `<p class="soft">On ${row.host}</p>`}</details></li>`;
}

function renderJson(value: unknown, limit: number): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
  const rest = text.length - limit;
  return `<pre tabindex="0">${escapeContent(rest > 0 ? text.slice(0, limit) : text)}</pre>${rest > 0 ? `<p class="soft">${rest.toLocaleString('en')} more characters</p>` : ''}`;
}

function tone(status: RequestRow['status']): string {
  if (status === 'cut') return 'odd';
  if (status >= 500) return 'bad';
  return status >= 400 ? 'warn' : 'good';
}

function took(ms: number): string {
  if (ms < 1) return '< 1 ms';
  return ms < 1000 ? `${String(Math.round(ms))} ms` : `${(ms / 1000).toFixed(1)} s`;
}
