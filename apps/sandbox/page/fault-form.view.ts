import { FAULT_KINDS } from '../faults/fault.types.js';
import { ACCESS_ERRORS } from '../graph/error-access.table.js';
import { PUBLISHING_ERRORS } from '../graph/error-publishing.table.js';
import type { ErrorRow } from '../graph/error-row.js';
import { escapeHtml } from './html.js';

/** Where a client fails most usefully: globs over the path without version. */
const PATHS = [
  ['/*/media', 'create a container'], ['/*/media_publish', 'publish'], ['/*', 'read a container, post or account'], ['/me', 'read the own account'],
  ['/*/content_publishing_limit', 'read the quota'], ['/*/comments', 'read or write comments'], ['/*/replies', 'reply'],
  ['/oauth/access_token', 'exchange a code'], ['/refresh_access_token', 'refresh a token'], ['/ig-api-upload/*', 'upload a video'], ['/**', 'everything'],
] as const;

/** Containers end in ERROR with these (§2.3): the call itself succeeds. */
const DOOMS = { 'status/2207026': 'Container ends in ERROR: video format', 'status/2207082': 'Container ends in ERROR: upload failed' };

const ERRORS: Record<string, ErrorRow> = { ...PUBLISHING_ERRORS, ...ACCESS_ERRORS };

/** Rendered once: nothing in it depends on the world. */
const FORM = form();

/** `data-live`: what a person typed is theirs, no refresh touches it. Which fields a kind takes is the style's business. */
export function renderFaultForm(): string {
  return FORM;
}

function form(): string {
  return `<details class="add" data-live data-key="add"><summary>Add a fault</summary><form data-call="POST /_sandbox/faults">
<label class="wide">Path <input name="match.path" list="paths" required pattern="/.*" title="A glob that starts with /" placeholder="/*/media_publish" autocomplete="off" spellcheck="false" autocapitalize="off"></label>
<label>Method <select name="match.method"><option value="">Any</option><option>GET</option><option>POST</option><option>DELETE</option></select></label>
<label>Account <input name="match.account" list="usernames" placeholder="Any" autocomplete="off" spellcheck="false" autocapitalize="off"></label>
<label>Kind <select name="fault.kind">${FAULT_KINDS.map((kind) => `<option value="${kind}">${kind}</option>`).join('')}</select></label>
<label class="if-error">Error <input name="fault.preset" list="presets" placeholder="4/2207051" autocomplete="off" spellcheck="false" autocapitalize="off"></label>
<label class="if-http">HTTP status <input name="fault.status" type="number" min="100" max="599" placeholder="502"></label>
<label class="if-late">Milliseconds <input name="fault.ms" type="number" min="0" max="3600000" placeholder="1000"></label>
<label>First hit <input name="match.nth" type="number" min="1" max="1000000" placeholder="1st call"></label>
<label>Hits <input name="match.times" type="number" min="0" max="1000000" placeholder="1, 0 = all"></label>
<p class="error wide" role="alert"></p><button class="main wide">Add fault</button>
<datalist id="paths">${PATHS.map(([path, what]) => `<option value="${path}">${what}</option>`).join('')}</datalist><datalist id="presets">${presets()}</datalist></form></details>`;
}

function presets(): string {
  const rows = Object.entries(ERRORS).map(([key, row]) => [key, row.title ?? '']);
  return [...rows, ...Object.entries(DOOMS)].map(([key = '', text = '']) => `<option value="${escapeHtml(key)}">${escapeHtml(text)}</option>`).join('');
}
