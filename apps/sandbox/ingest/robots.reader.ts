import { isAllowedFor, parseRobots, type RobotsGroup } from './robots.rules.js';

/** Meta's fetchers; a host has to admit both (§10.7). */
const AGENTS = ['facebookexternalhit', 'meta-externalagent'];
/** What RFC 9309 §2.5 asks a crawler to read at least. */
const MAX_BYTES = 500 * 1024;
const TIMEOUT_MS = 2000;
/** In real time: the host does not live by the sandbox's clock. */
const KEPT_MS = 60_000;
const MAX_ORIGINS = 500;

/** The rules of media hosts, asked once a minute. */
export class RobotsReader {
  private readonly known = new Map<string, { until: number; groups: Promise<RobotsGroup[]> }>();

  /** @param signal aborts when the sandbox closes */
  constructor(private readonly signal: AbortSignal) {}

  /** @param url a fetchable address */
  async isAllowed(url: string): Promise<boolean> {
    const { origin, pathname, search } = new URL(url);
    const groups = await this.groupsOf(origin);
    return AGENTS.every((agent) => isAllowedFor(groups, agent, pathname + search));
  }

  private groupsOf(origin: string): Promise<RobotsGroup[]> {
    const now = performance.now();
    const kept = this.known.get(origin);
    if (kept && kept.until > now) return kept.groups;
    const [oldest] = this.known.keys();
    if (oldest !== undefined && this.known.size >= MAX_ORIGINS) this.known.delete(oldest);
    const groups = this.read(origin);
    this.known.set(origin, { until: now + KEPT_MS, groups });
    return groups;
  }

  /**
   * Not documented for Meta's fetchers: only a file that is there forbids anything. No answer, a redirect and errors of
   * any kind allow (RFC 9309 would let a 5xx forbid all): a host that is down shows itself when the media is fetched.
   */
  private async read(origin: string): Promise<RobotsGroup[]> {
    const signal = AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), this.signal]);
    try {
      const response = await fetch(`${origin}/robots.txt`, { redirect: 'manual', signal, headers: { 'user-agent': 'facebookexternalhit/1.1' } });
      if (response.status === 200 && response.body) return parseRobots(await readStart(response.body));
      await response.body?.cancel();
    } catch {
      return [];
    }
    return [];
  }
}

async function readStart(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= MAX_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, MAX_BYTES).toString('utf8');
}
