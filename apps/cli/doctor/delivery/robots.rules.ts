/** Whether `robots.txt` (RFC 9309) lets a crawler fetch `path` (with query): its own group, else that of everybody; the longest rule decides, allow wins a tie. */
export function isAllowedBy(text: string, agent: string, path: string): boolean {
  const groups = readGroups(text);
  const own = groups.filter(({ agents }) => agents.includes(agent));
  const rules = (own.length > 0 ? own : groups.filter(({ agents }) => agents.includes('*'))).flatMap((group) => group.rules);
  const matching = rules.filter(({ pattern }) => pattern !== '' && matches(pattern, path));
  const longest = Math.max(0, ...matching.map(({ pattern }) => pattern.length));
  const deciding = matching.filter(({ pattern }) => pattern.length === longest);
  return deciding.length === 0 || deciding.some(({ allows }) => allows);
}

interface Group {
  readonly agents: string[];
  readonly rules: { readonly allows: boolean; readonly pattern: string }[];
}

function readGroups(text: string): Group[] {
  const groups: Group[] = [];
  for (const line of text.split(/\r\n|\r|\n/)) {
    const [, name = '', rest = ''] = /^[\s\uFEFF]*([A-Za-z-]+)\s*:([^#]*)/.exec(line) ?? [];
    const field = name.toLowerCase();
    const value = rest.trim();
    const last = groups.at(-1);
    if (field === 'user-agent') {
      // Names in a row share the rules that follow them.
      const group = last && last.rules.length === 0 ? last : { agents: [], rules: [] };
      if (group !== last) groups.push(group);
      group.agents.push((/^(\*|[\w-]*)/.exec(value)?.[0] ?? '').toLowerCase());
    } else if (last && (field === 'allow' || field === 'disallow')) last.rules.push({ allows: field === 'allow', pattern: value });
  }
  return groups;
}

/** `*` is anything, a final `$` the end. Part after part, so that no pattern is slow. */
function matches(pattern: string, path: string): boolean {
  const isWhole = pattern.endsWith('$');
  const [first = '', ...parts] = (isWhole ? pattern.slice(0, -1) : pattern).split('*');
  if (!path.startsWith(first)) return false;
  const last = isWhole ? parts.pop() : undefined;
  let at = first.length;
  for (const part of parts) {
    const found = path.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  if (!isWhole) return true;
  return last === undefined ? path.length === at : path.length - last.length >= at && path.endsWith(last);
}
