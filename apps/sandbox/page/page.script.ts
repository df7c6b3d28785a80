import { MORPH_SCRIPT } from './morph.script.js';

/** Asks for the page every two seconds and after every press of a button, and runs the clock in between. */
const REFRESH_SCRIPT = `
let tag = '', skew = 0, last = Promise.resolve();
const find = (selector) => document.querySelector(selector);
const clock = () => find('#clock time');
if (clock()) skew = Date.parse(clock().dateTime) - Date.now();
const tick = () => {
  const iso = new Date(Date.now() + skew).toISOString();
  clock().dateTime = iso;
  clock().textContent = iso.slice(0, 19).replace('T', ' ');
};
const showLive = (isLive) => {
  const sign = find('.live');
  const text = isLive ? 'Live' : 'The sandbox does not answer';
  sign.classList.toggle('off', !isLive);
  if (sign.textContent !== text) sign.textContent = text;
};
const ask = async () => {
  const address = new URL(location.href);
  address.searchParams.set('part', 'main');
  address.hash = '';
  let answer, text;
  try {
    answer = await fetch(address, { headers: tag ? { 'if-none-match': tag } : {}, cache: 'no-store', signal: AbortSignal.timeout(10000) });
    text = await answer.text();
  } catch {
    showLive(false);
    return;
  }
  showLive(true);
  if (answer.status !== 200 && answer.status !== 304) return;
  skew = Number(answer.headers.get('x-sandbox-now')) - Date.now();
  if (answer.status === 200) {
    tag = answer.headers.get('etag') || '';
    const box = document.createElement('template');
    box.innerHTML = text;
    morph(find('main'), box.content.firstElementChild);
  }
  tick();
};
const refresh = () => (last = last.then(ask, ask));
const again = () => { setTimeout(loop, 2000); };
const loop = () => (document.hidden ? Promise.resolve() : refresh()).finally(again);
again();
setInterval(tick, 1000);
document.addEventListener('visibilitychange', () => { if (!document.hidden) refresh(); });
`;

/** Buttons and forms name their call of the control door in data-call; what it refuses is said where it was asked. */
const CONTROL_SCRIPT = `
const send = async (element, body) => {
  const [method, path] = element.dataset.call.split(' ');
  const complaint = element.closest('form,section').querySelector('.error');
  complaint.textContent = '';
  try {
    const answer = await fetch(path, { method, headers: { 'content-type': 'application/json' }, body, signal: AbortSignal.timeout(15000) });
    if (!answer.ok) complaint.textContent = (await answer.json()).error;
    return answer.ok;
  } catch {
    complaint.textContent = 'The sandbox does not answer.';
    return false;
  } finally {
    refresh();
  }
};
const bodyOf = (form) => {
  const body = {};
  for (const field of form.elements) {
    if (!field.name || field.value === '' || field.offsetParent === null) continue;
    const [outer, inner] = field.name.split('.');
    const value = field.type === 'number' ? Number(field.value) : field.value;
    if (inner) (body[outer] ??= {})[inner] = value;
    else body[outer] = value;
  }
  return JSON.stringify(body);
};
document.addEventListener('click', (event) => {
  const button = event.target.closest('button[data-call]');
  if (button) send(button, button.dataset.body);
});
document.addEventListener('submit', async (event) => {
  event.preventDefault();
  const form = event.target;
  if (await send(form, bodyOf(form))) form.reset();
});
`;

/** Which tab is shown, for screen readers; and videos wait for people who asked for less motion. */
const COMFORT_SCRIPT = `
const showTab = () => {
  const shown = find('.side>:target') ? location.hash : '#feed';
  for (const tab of document.querySelectorAll('.tabs a')) tab.setAttribute('aria-current', String(tab.hash === shown));
};
addEventListener('hashchange', showTab);
showTab();
const still = matchMedia('(prefers-reduced-motion:reduce)');
const stopped = new WeakSet();
const calm = (video) => {
  if (!still.matches || !video.autoplay || stopped.has(video)) return;
  stopped.add(video);
  video.pause();
};
document.addEventListener('play', (event) => { calm(event.target); }, true);
for (const video of document.querySelectorAll('video')) if (!video.paused) calm(video);
`;

/** The page's one script, allowed by its hash. */
export const SCRIPT = `(() => {${MORPH_SCRIPT}${REFRESH_SCRIPT}${CONTROL_SCRIPT}${COMFORT_SCRIPT}})();`;
