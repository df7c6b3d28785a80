/**
 * In a glob `*` stands for one path segment, `**` for any number: both `/me/media` and `/1784…/media` are one star and `/media`.
 * All readings of the stars are followed at once, so that the time is that of the two lengths, whatever a client calls.
 */
export function matchesGlob(glob: string, path: string): boolean {
  const parts = glob.match(/\*\*|[^]/gu) ?? [];
  let places = withSkips(parts, new Set([0]));
  for (const character of path) {
    const next = new Set<number>();
    for (const place of places) step(parts[place], place, character, next);
    if (next.size === 0) return false;
    places = withSkips(parts, next);
  }
  return places.has(parts.length);
}

function step(part: string | undefined, place: number, character: string, next: Set<number>): void {
  if (part === '**') next.add(place);
  else if (part === '*') {
    if (character !== '/') next.add(place).add(place + 1);
  } else if (part === character) next.add(place + 1);
}

/** `**` may stand for nothing. A set grows while it is walked, so several in a row are skipped too. */
function withSkips(parts: readonly string[], places: Set<number>): Set<number> {
  for (const place of places) {
    if (parts[place] === '**') places.add(place + 1);
  }
  return places;
}
