/**
 * Keeps the page fresh without flicker: asks for the feed every two seconds, and exchanges only elements that differ
 * (children with the same data-key are compared one by one). Elements that go are removed first, because a video that is moved stops playing.
 */
export const SCRIPT = `
(() => {
  let tag = '';
  const keyed = (element) => [...element.children].filter((child) => child.dataset && child.dataset.key);
  const morph = (current, next) => {
    if (current.isEqualNode(next)) return;
    const wanted = keyed(next);
    if (wanted.length === 0 || keyed(current).length === 0) { current.replaceWith(next); return; }
    const names = new Set(wanted.map((child) => child.dataset.key));
    for (const child of keyed(current)) if (!names.has(child.dataset.key)) child.remove();
    const known = new Map(keyed(current).map((child) => [child.dataset.key, child]));
    let place = current.firstElementChild;
    for (const child of wanted) {
      const old = known.get(child.dataset.key);
      if (!old) { current.insertBefore(child, place); continue; }
      if (old === place) place = place.nextElementSibling; else current.insertBefore(old, place);
      morph(old, child);
    }
  };
  const refresh = async () => {
    if (document.hidden) return;
    const answer = await fetch(location.pathname + '?part=main', { headers: tag ? { 'if-none-match': tag } : {}, cache: 'no-store' });
    if (answer.status !== 200) return;
    tag = answer.headers.get('etag') || '';
    const box = document.createElement('template');
    box.innerHTML = await answer.text();
    morph(document.querySelector('main'), box.content.firstElementChild);
  };
  setInterval(() => { refresh().catch(() => {}); }, 2000);
})();
`;
