const longest = 20_000;
const hidden = '[redacted]';

/** Bounded and without nested repeats: the texts are partly a stranger's. */
const patterns: readonly (readonly [RegExp, string])[] = [
  // Our API keys: the public part stays, so that the key can be found.
  [/\b(hg_[0-9a-z]{1,16})_[0-9A-Za-z]{8,}/g, `$1_${hidden}`],
  [/\b(Bearer|Basic)\s+[^\s"',;]{4,}/gi, `$1 ${hidden}`],
  [/\b(access_token|refresh_token|input_token|fb_exchange_token|client_secret|app_secret|appsecret_proof|signed_request|password|secret|api_key)(["']?\s{0,3}[=:]\s{0,3}["']?)[^\s&"',;}\])]{1,4096}/gi, `$1$2${hidden}`],
  // In an address: the code and state of a consent, signatures of links.
  [/([?&](?:code|state|sig|signature|token|key|X-Amz-[A-Za-z-]{1,40})=)[^\s&"']{1,4096}/gi, `$1${hidden}`],
  [/(:\/\/)[^\s/@"']{1,512}@/g, `$1${hidden}@`],
  // Access tokens of Meta, and secrets of webhooks.
  [/\b(IG[A-Z]{0,6}|EA[A-Z]{1,6}|whsec_)[\w+/=-]{24,}/g, `$1${hidden}`],
  // What PostgreSQL says of a row that it refuses: the row itself.
  [/(Failing row contains \(|Key \([^()]{1,200}\)=\()[\s\S]{1,8000}\)/g, `$1${hidden})`],
];

/** A text without the secrets that are known by their form. */
export function scrub(text: string): string {
  const short = text.length > longest ? `${text.slice(0, longest)}…` : text;
  return patterns.reduce((clean, [pattern, replacement]) => clean.replace(pattern, replacement), short);
}

/** The same for every text in a value, some levels deep. Errors stay: they are described when they are written. */
export function scrubFields(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return scrub(value);
  if (typeof value !== 'object' || value === null || value instanceof Error || value instanceof Date || depth > 4) return value;
  if (Array.isArray(value)) return value.map((entry) => scrubFields(entry, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, scrubFields(entry, depth + 1)]));
}
