import { randomUUID } from 'node:crypto';
import type { LiveApi } from './live-api.js';

/** What tests look at in the answers about posts, successes and failures alike. */
export interface Shown {
  readonly id: string;
  readonly body: string;
  readonly status: string;
  readonly updated_at: string;
  readonly media: readonly { readonly id: string; readonly error_message: string | null }[];
  readonly platforms: readonly { readonly id: string; readonly profile_id: string; readonly status: string; readonly params: object; readonly platform_id: string | null }[];
  readonly warnings: readonly object[];
  readonly code: string;
  readonly errors: readonly string[];
  readonly valid: boolean;
  readonly violations: readonly { readonly rule: string; readonly path: string; readonly message: string }[];
  readonly data: readonly Readonly<Record<string, unknown>>[];
  readonly next_cursor: string | null;
}

/** Calls the routes of posts as a client with the whole workspace's key. */
export class PostsClient {
  constructor(private readonly api: LiveApi) {}

  async call(method: string, url: string, body: object | null = null): Promise<{ readonly status: number; readonly body: Shown }> {
    return this.send(method, url, body && JSON.stringify(body), body ? { 'content-type': 'application/json' } : {});
  }

  /** Fields in their order: a text, or a file. */
  async form(method: string, url: string, fields: readonly (readonly [string, string | Uint8Array])[]): Promise<{ readonly status: number; readonly body: Shown }> {
    const form = new FormData();
    for (const [name, value] of fields) {
      if (typeof value === 'string') form.append(name, value);
      else form.append(name, new Blob([new Uint8Array(value)]), 'file');
    }
    const request = new Request('http://local/', { method: 'POST', body: form });
    return this.send(method, url, Buffer.from(await request.arrayBuffer()), { 'content-type': request.headers.get('content-type') ?? '' });
  }

  async make(body: object): Promise<Shown> {
    const made = await this.call('POST', '/api/posts', { profiles: ['instagram'], ...body });
    if (made.status !== 201) throw new Error(`Creating answered ${String(made.status)}: ${JSON.stringify(made.body)}`);
    return made.body;
  }

  /** A profile in the group that nobody can publish to: its token opens nowhere. */
  async anotherProfile(): Promise<string> {
    // After the first by its id, so that the network's name goes on meaning that one.
    const id = `prof_z${randomUUID()}`;
    // A group holds one profile of each network and one network is built in; posts with several targets are what is to be shown.
    await this.api.query('DROP INDEX IF EXISTS profile_of_group');
    await this.api.query(
      `INSERT INTO profile (workspace_id, id, profile_group_id, network, remote_id, app_scoped_id, username, name, access_token, created_at, updated_at)
       VALUES ($1, $2, $3, 'instagram', $2, $2, 'u', 'n', 'sealed', now(), now())`, [this.api.workspaceId, id, this.api.groupId]);
    return id;
  }

  private async send(method: string, url: string, body: string | Buffer | null, headers: Record<string, string>): Promise<{ readonly status: number; readonly body: Shown }> {
    const answer = await this.api.send({ method, operationId: null, url, body, headers: { authorization: `Bearer ${this.api.key}`, ...headers } });
    return { status: answer.status, body: JSON.parse(answer.text) as Shown };
  }
}
