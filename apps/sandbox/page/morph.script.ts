/**
 * `morph(current, next)`: makes an element equal to what the server sent, touching only what differs, so that videos play on, text
 * stays selected and opened details stay open. Children with a data-key are the same child wherever they stand; a child that goes is
 * removed before others are compared, because a video that is moved starts again. Elements marked data-live belong to the person.
 */
export const MORPH_SCRIPT = `
const keyOf = (node) => (node.nodeType === 1 ? node.dataset.key : undefined);
const isBeingRead = (element) => element.querySelector('details.call[open]') !== null;
const morph = (current, next) => {
  if (current.isEqualNode(next)) return;
  if (current.nodeName !== next.nodeName) { current.replaceWith(next); return; }
  if (current.nodeType !== 1) { current.nodeValue = next.nodeValue; return; }
  if ('live' in current.dataset) return;
  for (const { name } of [...current.attributes]) if (name !== 'open' && !next.hasAttribute(name)) current.removeAttribute(name);
  for (const { name, value } of next.attributes) if (current.getAttribute(name) !== value) current.setAttribute(name, value);
  morphChildren(current, next);
};
const morphChildren = (current, next) => {
  const wanted = [...next.childNodes];
  const keys = new Set(wanted.map(keyOf));
  const known = new Map();
  for (const child of [...current.childNodes]) {
    const key = keyOf(child);
    if (key === undefined) continue;
    if (keys.has(key)) known.set(key, child);
    else if (!isBeingRead(child)) child.remove();
  }
  let place = current.firstChild;
  const pass = () => {
    const passed = place;
    place = place.nextSibling;
    if (keyOf(passed) === undefined) passed.remove();
  };
  for (const child of wanted) {
    const key = keyOf(child);
    const old = key === undefined ? (place && keyOf(place) === undefined && place.nodeName === child.nodeName ? place : null) : known.get(key);
    if (!old) { current.insertBefore(child, place); continue; }
    if (key !== undefined) while (place && place !== old && !known.has(keyOf(place))) pass();
    if (old === place) place = place.nextSibling;
    else current.insertBefore(old, place);
    morph(old, child);
  }
  while (place) pass();
};
`;
