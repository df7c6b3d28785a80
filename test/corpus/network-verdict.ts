import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { TestSandbox } from '#testing/sandbox';
import type { PostedAs } from './corpus-file.js';

/** A file as the network sees it: an address, and by which door it is sent. */
export interface SentFile {
  readonly url: string;
  readonly kind: 'image' | 'video';
}

/** Addresses of an ordinary picture, the second of every carousel, and of an ordinary reel, for covers. */
interface Known {
  readonly other: string;
  readonly film: string;
}

type Answer = Readonly<Record<string, unknown>>;

/** Subcodes of §2.3 that speak of a file's form, size, length or shape, or of what its address leads to. */
const aboutTheFile = /\b(2207004|2207005|2207009|2207026|2207052|2207082|2207085)\b/;
const patienceMs = 60_000;

/** The sandbox asked over its own HTTP interface, by a client that knows no rules: container, ready, published. */
export class NetworkJudge {
  private token = '';
  private calls = 0;

  constructor(private readonly sandbox: TestSandbox, private readonly known: Known) {}

  /** @returns `published`, or what it refused the file with. Throws where it was not the file that was refused. */
  async publish(posted: PostedAs, file: SentFile): Promise<string> {
    await this.changeAccount();
    const outcome = await this.attempt(posted, file);
    if (outcome !== 'published' && !aboutTheFile.test(outcome)) throw new Error(`Neither published nor refused for what the file is: ${outcome}`);
    return outcome;
  }

  /** An account may make some hundred containers and posts a day; each of ours makes fewer. */
  private async changeAccount(): Promise<void> {
    if (this.calls++ % 30 !== 0) return;
    const owner = await this.sandbox.createAccount({ username: `judge_${randomUUID().slice(0, 8)}` });
    await this.sandbox.settings(owner.user_id, { processing_ms: 0, error_fields: 'full' });
    this.token = owner.access_token;
  }

  private async attempt(posted: PostedAs, file: SentFile): Promise<string> {
    const child = await this.ready(posted === 'cover' ? { media_type: 'REELS', video_url: this.known.film, cover_url: file.url } : shapeOf(posted, file));
    if ('refusal' in child) return child.refusal;
    const container = posted === 'carousel' ? await this.carousel(child.id) : child;
    if ('refusal' in container) return container.refusal;
    const published = await this.call('me/media_publish', { creation_id: container.id });
    return typeof published['id'] === 'string' ? 'published' : JSON.stringify(published);
  }

  private async carousel(child: string): Promise<{ id: string } | { refusal: string }> {
    const second = await this.ready({ is_carousel_item: 'true', image_url: this.known.other });
    return 'refusal' in second ? second : this.ready({ media_type: 'CAROUSEL', children: `${child},${second.id}` });
  }

  private async ready(params: Readonly<Record<string, string>>): Promise<{ id: string } | { refusal: string }> {
    const { id, error } = await this.call('me/media', params);
    if (typeof id !== 'string') return { refusal: JSON.stringify(error) };
    for (const deadline = Date.now() + patienceMs; Date.now() < deadline;) {
      const { status_code: code, status } = await this.call(`${id}?fields=status_code,status`);
      if (code === 'FINISHED') return { id };
      if (code !== 'IN_PROGRESS') return { refusal: String(status) };
      await pause(5);
    }
    throw new Error(`The container of ${JSON.stringify(params)} was not ready within ${patienceMs / 1000} s`);
  }

  private async call(path: string, form?: Readonly<Record<string, string>>): Promise<Answer> {
    const separator = path.includes('?') ? '&' : '?';
    const response = await fetch(`${this.sandbox.url}/v25.0/${path}${separator}access_token=${this.token}`, {
      ...(form && { method: 'POST', body: new URLSearchParams(form) }), signal: AbortSignal.timeout(patienceMs),
    });
    return (await response.json()) as Answer;
  }
}

/** A video of a post is a reel to the network. */
function shapeOf(posted: PostedAs, { url, kind }: SentFile): Record<string, string> {
  const source = { [`${kind}_url`]: url };
  if (posted === 'story') return { media_type: 'STORIES', ...source };
  if (posted === 'carousel') return { is_carousel_item: 'true', ...(kind === 'video' && { media_type: 'VIDEO' }), ...source };
  return posted === 'reel' || kind === 'video' ? { media_type: 'REELS', video_url: url } : source;
}
