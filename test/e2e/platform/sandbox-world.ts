import { LoopbackMediaHost } from '#testing/loopback-media-host';
import { makeJpeg } from '#testing/media/make-image';
import { makeMp4 } from '#testing/media/make-video';
import type { TestSandbox } from '#testing/sandbox';
import type { SandboxAccount } from '#testing/sandbox-api';

type Params = Record<string, string | boolean | readonly string[]>;

/** One account that has published one of everything, over HTTP as any client would. */
export class SandboxWorld {
  private constructor(private readonly sandbox: TestSandbox, readonly account: SandboxAccount, private readonly host: LoopbackMediaHost) {}

  static async create(sandbox: TestSandbox, username: string): Promise<SandboxWorld> {
    const account = await sandbox.createAccount({ username, followers_count: 48_210 });
    await sandbox.settings(account.user_id, { processing_ms: 0 });
    return new SandboxWorld(sandbox, account, await LoopbackMediaHost.start());
  }

  close(): Promise<void> {
    return this.host.stop();
  }

  async photo(seed: number, width = 1080, height = 1350): Promise<string> {
    return this.host.serve(`/${String(seed)}.jpg`, await makeJpeg({ width, height, seed }), 'image/jpeg');
  }

  async video(seed: number): Promise<string> {
    return this.host.serve(`/${String(seed)}.mp4`, await makeMp4({ seconds: 6, width: 360, height: 640, seed }), 'video/mp4');
  }

  /** @returns the media id. */
  async publish(params: Params): Promise<string> {
    return this.id('POST', '/me/media_publish', { creation_id: await this.container(params) });
  }

  async publishAlbum(images: readonly string[], caption: string): Promise<string> {
    const children: string[] = [];
    for (const image_url of images) children.push(await this.container({ image_url, is_carousel_item: true }));
    return this.publish({ media_type: 'CAROUSEL', children, caption });
  }

  /** @returns the comment's id. */
  comment(mediaId: string, message: string): Promise<string> {
    return this.id('POST', `/${mediaId}/comments`, { message });
  }

  /** By somebody else. */
  async foreignComment(mediaId: string, username: string, text: string): Promise<string> {
    const response = await fetch(`${this.sandbox.url}/_sandbox/accounts/${this.account.user_id}/comments`, {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ media_id: mediaId, username, text }),
    });
    const { id } = (await response.json()) as { id?: string };
    if (id === undefined) throw new Error(`The comment was refused with ${String(response.status)}`);
    return id;
  }

  /** Path of a post on the sandbox's page: that of its permalink. */
  async path(mediaId: string): Promise<string> {
    const media = (await this.sandbox.ledger(this.account.user_id)).media.find(({ id }) => id === mediaId);
    if (!media) throw new Error(`No media ${mediaId}`);
    return new URL(media.permalink).pathname;
  }

  /** One call of the Graph API. */
  async call(method: 'GET' | 'POST', path: string, params: Params = {}): Promise<{ status: number; body: unknown }> {
    const url = new URL(`${this.sandbox.url}/v25.0${path}`);
    if (method === 'GET') for (const [name, value] of Object.entries(params)) url.searchParams.set(name, String(value));
    const response = await fetch(url, {
      method, headers: { authorization: `Bearer ${this.account.access_token}`, 'content-type': 'application/json' }, ...(method === 'POST' && { body: JSON.stringify(params) }),
    });
    return { status: response.status, body: await response.json() };
  }

  /** Created, and waited for. */
  private async container(params: Params): Promise<string> {
    const id = await this.id('POST', '/me/media', params);
    for (let attempt = 0; attempt < 500; attempt += 1) {
      const { body } = await this.call('GET', `/${id}`, { fields: 'status_code,status' });
      const { status_code, status } = body as { status_code?: string; status?: string };
      if (status_code === 'FINISHED') return id;
      if (status_code !== 'IN_PROGRESS') throw new Error(`Container ${id}: ${String(status)}`);
      await new Promise((done) => setTimeout(done, 20));
    }
    throw new Error(`Container ${id} does not finish`);
  }

  private async id(method: 'POST', path: string, params: Params): Promise<string> {
    const { body } = await this.call(method, path, params);
    const { id } = body as { id?: string };
    if (id === undefined) throw new Error(`${method} ${path}: ${JSON.stringify(body)}`);
    return id;
  }
}
