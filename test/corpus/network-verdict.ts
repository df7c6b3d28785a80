import { randomUUID } from 'node:crypto';
import type { TestSandbox } from '#testing/sandbox';
import type { PostedAs } from './corpus-file.js';

/** A file as the network sees it: an address, and by which door it is sent. */
export interface SentFile {
  readonly url: string;
  readonly kind: 'image' | 'video';
}

type Answer = Readonly<Record<string, unknown>>;

const patienceMs = 20_000;

/** The sandbox asked over its own HTTP interface, by a client that knows no rules: container, ready, published. */
export class NetworkJudge {
  private constructor(private readonly sandbox: TestSandbox, private readonly token: string, private readonly other: string) {}

  /** @param other address of an ordinary picture, the second of every carousel */
  static async for(sandbox: TestSandbox, other: string): Promise<NetworkJudge> {
    const owner = await sandbox.createAccount({ username: `judge_${randomUUID().slice(0, 8)}`, quota_total: 1000 });
    await sandbox.settings(owner.user_id, { processing_ms: 0, quota_total: 1000 });
    return new NetworkJudge(sandbox, owner.access_token, other);
  }

  /** @returns `published`, or what it refused the file with */
  async publish(posted: PostedAs, file: SentFile): Promise<string> {
    const child = await this.ready(shapeOf(posted, file));
    if ('refusal' in child) return child.refusal;
    const container = posted === 'carousel' ? await this.carousel(child.id) : child;
    if ('refusal' in container) return container.refusal;
    const published = await this.call('me/media_publish', { creation_id: container.id });
    return typeof published['id'] === 'string' ? 'published' : JSON.stringify(published);
  }

  private async carousel(child: string): Promise<{ id: string } | { refusal: string }> {
    const second = await this.ready({ is_carousel_item: 'true', image_url: this.other });
    return 'refusal' in second ? second : this.ready({ media_type: 'CAROUSEL', children: `${child},${second.id}` });
  }

  private async ready(params: Readonly<Record<string, string>>): Promise<{ id: string } | { refusal: string }> {
    const { id, error } = await this.call('me/media', params);
    if (typeof id !== 'string') return { refusal: JSON.stringify(error) };
    for (const deadline = Date.now() + patienceMs; Date.now() < deadline;) {
      const { status_code: code, status } = await this.call(`${id}?fields=status_code,status`);
      if (code === 'FINISHED') return { id };
      if (code !== 'IN_PROGRESS') return { refusal: String(status) };
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
