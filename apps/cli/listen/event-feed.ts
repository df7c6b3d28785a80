import { CliError } from '../terminal/cli-error.js';

/** An event as the feed shows it: what webhooks send, key by key. */
export interface FeedEvent {
  readonly id: string;
  readonly type: string;
  readonly created_at: string;
  readonly seq: number | null;
}

export interface FeedPage {
  readonly events: readonly FeedEvent[];
  /** Where to go on. */
  readonly cursor: string;
  readonly hasMore: boolean;
}

/** No answer that counts: try again, after as many milliseconds as the API asks for. */
export class FeedAway extends Error {
  override readonly name = 'FeedAway';

  constructor(message: string, readonly retryAfterMs: number) {
    super(message);
  }
}

export interface FeedOptions {
  readonly apiUrl: string;
  readonly key: string;
  /** Types, families such as `post.*`; empty: all. */
  readonly types: readonly string[];
}

/** How long the API holds a call that has nothing to tell yet, and how much longer an answer may take. */
const waitSeconds = 25;
const patienceMs = 15_000;
const longestRetryAfterMs = 60_000;
/** Only tests of webhooks are of this type, and those are not in the feed: asked for it, the API goes through the numbers and tells nothing. */
const ofNothing = ['webhook.test'];
const mostLeaps = 100_000;

/** GET /api/events, by long polling. */
export class EventFeed {
  constructor(private readonly options: FeedOptions) {}

  /** The next events; an empty page when none came in time. @throws FeedAway; CliError for what trying again does not cure */
  next(after: string, signal: AbortSignal): Promise<FeedPage> {
    return this.ask({ after, wait: String(waitSeconds), types: this.options.types.join(',') }, signal);
  }

  /** The cursor behind everything that has happened. @throws FeedAway; CliError */
  async latest(signal: AbortSignal): Promise<string> {
    let cursor = '0';
    for (let leap = 0; leap < mostLeaps; leap += 1) {
      const page = await this.ask({ after: cursor, wait: '0', types: ofNothing.join(',') }, signal);
      cursor = page.cursor;
      if (!page.hasMore) return cursor;
    }
    throw new CliError('The feed does not come to its end. Say where to begin: --after <seq>.');
  }

  private async ask(query: Readonly<Record<string, string>>, signal: AbortSignal): Promise<FeedPage> {
    const url = new URL('/api/events', this.options.apiUrl);
    for (const [name, value] of Object.entries(query)) if (value !== '' && !(name === 'after' && value === '0')) url.searchParams.set(name, value);
    const limit = AbortSignal.any([signal, AbortSignal.timeout(Number(query['wait'] ?? 0) * 1000 + patienceMs)]);
    const { status, retryAfter, text } = await this.call(url, limit);
    if (status >= 500 || status === 429) throw new FeedAway(`the API answered ${status}`, Math.min((Number(retryAfter) || 0) * 1000, longestRetryAfterMs));
    const body = readJson(text);
    if (status !== 200) throw new CliError(`The API refused to tell events (${status}): ${body.message ?? 'without a reason'}.${remedies[status] ?? ''}`);
    if (!Array.isArray(body.data) || typeof body.next_cursor !== 'string') throw new CliError(`What answers at ${this.options.apiUrl} is not Heliograph, or an older release. See --url.`);
    return { events: body.data, cursor: body.next_cursor, hasMore: body.has_more === true };
  }

  private async call(url: URL, signal: AbortSignal): Promise<{ status: number; retryAfter: string | null; text: string }> {
    try {
      const response = await fetch(url, { headers: { authorization: `Bearer ${this.options.key}` }, signal, redirect: 'error' });
      return { status: response.status, retryAfter: response.headers.get('retry-after'), text: await response.text() };
    } catch (error) {
      throw new FeedAway(`the API cannot be reached: ${causeOf(error)}`, 0);
    }
  }
}

const remedies: Readonly<Record<number, string>> = {
  401: ' See --key; "heliograph keys create --permissions read" makes one.',
  403: ' The key needs the permission read.',
  404: ' See --url.',
  410: ' See --after.',
};

interface Body {
  readonly data?: FeedEvent[];
  readonly next_cursor?: string;
  readonly has_more?: boolean;
  readonly message?: string;
}

function readJson(text: string): Body {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

/** The socket's own words, which fetch hides one level down. */
export function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message;
}
