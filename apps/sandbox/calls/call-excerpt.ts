const MAX_TEXT = 4096;
const MAX_PARAMETERS = 100;
const MAX_NAME = 100;
/** Below this the call is kept as it is, which is nearly always. */
const MAX_WEIGHT = 16_384;
const MAX_DEPTH = 20;

/** Copies, because a slice would keep the whole long text alive. */
export function cutText(text: string): string {
  if (text.length <= MAX_TEXT) return text;
  return Buffer.from(`${text.slice(0, MAX_TEXT)}… (${String(text.length)} characters)`).toString();
}

/** What the log keeps of a call's parameters: themselves, or, when they are large, as much as can be shown. */
export function keptParameters(parameters: Record<string, unknown>): Record<string, unknown> {
  if (weightOf(parameters, MAX_WEIGHT, 0) >= 0) return parameters;
  const entries = Object.entries(parameters);
  const kept = entries.slice(0, MAX_PARAMETERS).map(([name, value]): [string, unknown] => [Buffer.from(name.slice(0, MAX_NAME)).toString(), keptValue(value)]);
  if (entries.length > MAX_PARAMETERS) kept.push(['…', `${String(entries.length - MAX_PARAMETERS)} more`]);
  return Object.fromEntries(kept);
}

function keptValue(value: unknown): unknown {
  if (typeof value === 'string') return Buffer.from(cutText(value)).toString();
  return weightOf(value, MAX_TEXT, 0) >= 0 ? value : '… (too large or too deep for the log)';
}

/** What is left of the budget of characters; negative as soon as it is used up, or when the value nests too deep to be walked. */
function weightOf(value: unknown, budget: number, depth: number): number {
  if (typeof value === 'string') return budget - value.length;
  if (typeof value !== 'object' || value === null) return budget - 8;
  if (depth > MAX_DEPTH) return -1;
  let left = budget;
  for (const name in value) {
    left = weightOf((value as Record<string, unknown>)[name], left - name.length - 8, depth + 1);
    if (left < 0) return left;
  }
  return left;
}
