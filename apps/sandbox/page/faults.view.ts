import type { Fault } from '../faults/fault.types.js';
import type { Account } from '../state/entities.js';
import { renderFaultForm } from './fault-form.view.js';
import { escapeHtml } from './html.js';

/** More in a browser's suggestions help nobody. */
const SUGGESTED_ACCOUNTS = 30;

/** The scripted faults that wait or have struck, oldest first as they strike, and a form for another. */
export function renderFaults(faults: Fault[], accounts: Account[]): string {
  const clear = faults.length > 1 ? '<button type="button" class="quiet" data-call="DELETE /_sandbox/faults">Remove all</button>' : '';
  const names = accounts.slice(-SUGGESTED_ACCOUNTS).map((account) => `<option value="${escapeHtml(account.username)}">`).join('');
  return `<section id="faults" data-key="faults" aria-labelledby="faults-title"><div class="head" data-key="head"><h2 id="faults-title">Faults</h2>${clear}</div>
<p class="error" role="alert" data-live data-key="error"></p>
${faults.length === 0 ? '<p class="soft" data-key="none">None: every call is answered as Instagram would.</p>' : `<ul class="rows" data-key="rows">${faults.map(renderFault).join('')}</ul>`}
${renderFaultForm()}<datalist id="usernames" data-key="usernames">${names}</datalist></section>`;
}

function renderFault({ id, match, fault, seen, hits }: Fault): string {
  const isSpent = match.times > 0 && hits >= match.times;
  const what = escapeHtml(`${match.method ?? 'ANY'} ${match.path}`);
  return `<li class="fault${isSpent ? ' spent' : ''}" data-key="${id}"><div><p class="path">${what}</p>
<p class="meta"><span class="pill ${isSpent ? 'plain' : 'bad'}">${escapeHtml(faultName(fault))}</span></p>
<p class="meta">${[...(match.account === null ? [] : [escapeHtml(match.account)]), isSpent ? 'done' : scope(match), `hit ${String(hits)} of ${String(seen)}`].join(' · ')}</p></div>
<button type="button" data-call="DELETE /_sandbox/faults/${id}" aria-label="Remove the fault on ${what}">Remove</button></li>`;
}

/** `error 4/2207051`, `delay 500 ms`, `http 502`. */
function faultName({ kind, preset, doom, ms, status }: Fault['fault']): string {
  const detail = preset ?? (doom === null ? null : `status/${String(doom)}`) ?? (ms === null ? null : `${String(ms)} ms`) ?? status;
  return detail === null ? kind : `${kind} ${String(detail)}`;
}

function scope({ nth, times }: Fault['match']): string {
  if (times === 0) return nth === 1 ? 'every call' : `every call from no. ${String(nth)}`;
  if (times === 1) return nth === 1 ? 'next call' : `call no. ${String(nth)}`;
  return `${String(times)} calls${nth === 1 ? '' : ` from no. ${String(nth)}`}`;
}
