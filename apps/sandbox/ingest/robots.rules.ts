/** `robots.txt` after RFC 9309: groups of rules for crawlers. */
export interface RobotsGroup {
  /** Lower case; `*` is everybody. */
  agents: string[];
  rules: RobotsRule[];
}

interface RobotsRule {
  isAllowed: boolean;
  path: string;
}

/** Lines it does not know are skipped, as the RFC wants (§2.2.4). */
export function parseRobots(text: string): RobotsGroup[] {
  const groups: RobotsGroup[] = [];
  let group: RobotsGroup | null = null;
  for (const line of text.split(/\r\n|\r|\n/u)) {
    const [, name = '', value = ''] = /^[\s\uFEFF]*([A-Za-z-]+)\s*:\s*([^#]*)/u.exec(line) ?? [];
    const field = name.toLowerCase();
    if (field === 'user-agent') {
      // Names in a row share the rules that follow them.
      if (!group || group.rules.length > 0) groups.push(group = { agents: [], rules: [] });
      group.agents.push(/^(?:\*|[\w-]*)/u.exec(value)?.[0].toLowerCase() ?? '');
    } else if (group && (field === 'allow' || field === 'disallow')) {
      group.rules.push({ isAllowed: field === 'allow', path: normalized(value.trim()) });
    }
  }
  return groups;
}

/** The longest matching rule decides, `allow` when two are equally long; nothing matches: allowed (§2.2.2). @param path with query */
export function isAllowedFor(groups: RobotsGroup[], agent: string, path: string): boolean {
  const named = groups.filter((group) => group.agents.includes(agent));
  const own = named.length > 0 ? named : groups.filter((group) => group.agents.includes('*'));
  const wanted = normalized(path);
  let [length, isAllowed] = [0, true];
  for (const rule of own.flatMap((group) => group.rules)) {
    if (rule.path.length < length || !matches(rule.path, wanted)) continue;
    if (rule.path.length > length || rule.isAllowed) ({ isAllowed } = rule);
    ({ length } = rule.path);
  }
  return isAllowed;
}

/** `*` is anything, a final `$` the end. Looks for the parts one after the other, which no pattern can make slow. */
function matches(pattern: string, path: string): boolean {
  if (pattern === '') return false;
  const isWhole = pattern.endsWith('$');
  const [first = '', ...rest] = (isWhole ? pattern.slice(0, -1) : pattern).split('*');
  if (!path.startsWith(first)) return false;
  let at = first.length;
  const last = isWhole ? rest.pop() : undefined;
  for (const part of rest) {
    const found = path.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  if (!isWhole) return true;
  return last === undefined ? path.length === at : path.length - last.length >= at && path.endsWith(last);
}

/** One spelling for every address: what may stand plainly does, everything else is encoded in upper case (§2.2.2). */
function normalized(path: string): string {
  return path
    .replaceAll(/[^\x21-\x7e]+/gu, (text) => encodeURIComponent(text))
    .replaceAll(/%[\da-f]{2}/giu, (code) => {
      const character = String.fromCharCode(Number.parseInt(code.slice(1), 16));
      return /[\w.~-]/u.test(character) ? character : code.toUpperCase();
    });
}
