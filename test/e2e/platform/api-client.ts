import { setTimeout as pause } from 'node:timers/promises';

export interface Answer<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

/** A post as a client sees it; only what tests look at. */
export interface PostView {
  readonly id: string;
  readonly body: string;
  readonly status: string;
  readonly draft: boolean;
  readonly scheduled_at: string | null;
  readonly metadata: unknown;
  /** In the answer to its creation. */
  readonly warnings?: readonly { readonly rule: string; readonly path: string; readonly message: string }[];
  readonly media: readonly { readonly id: string; readonly content_type: string; readonly url: string; readonly source_url: string | null; readonly width: number; readonly duration_ms: number | null }[];
  readonly platforms: readonly {
    readonly status: string;
    readonly platform_id: string | null;
    readonly permalink: string | null;
    readonly error: string | null;
    readonly error_details: { readonly platform_error_code: number | null; readonly platform_error_subcode: number | null; readonly postproxy_note: string | null; readonly rule: string | null; readonly remedy: string | null } | null;
    readonly next_attempt_at: string | null;
    readonly hold: { readonly reason: string } | null;
    readonly published_at: string | null;
  }[];
}

export interface ErrorView {
  readonly status: number;
  readonly code: string;
  readonly error: string;
  readonly message: string;
  readonly errors: readonly string[];
  readonly retryable: boolean;
  readonly request_id: string;
  readonly details?: { readonly violations?: readonly { readonly rule: string; readonly path: string; readonly message: string }[] };
}

export interface UploadFile {
  readonly bytes: Uint8Array;
  readonly filename: string;
  readonly type?: string;
}

/** A plain client of the REST API, as a user would write it. */
export class ApiClient {
  constructor(
    readonly url: string,
    readonly key: string,
  ) {}

  async call<T = ErrorView>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer<T>> {
    const isForm = body instanceof FormData;
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.key}`, ...(body !== undefined && !isForm ? { 'content-type': 'application/json' } : {}), ...headers },
      ...(body === undefined ? {} : { body: isForm || typeof body === 'string' ? body : JSON.stringify(body) }),
      signal: AbortSignal.timeout(60_000),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: (text.startsWith('{') ? JSON.parse(text) : text) as T };
  }

  createPost(body: object): Promise<Answer<PostView>> {
    return this.call<PostView>('POST', '/api/posts', { profiles: ['instagram'], ...body });
  }

  /** Fields in their order: a text, or a file. */
  uploadPost(fields: readonly (readonly [string, string | UploadFile])[]): Promise<Answer<PostView>> {
    const form = new FormData();
    for (const [name, value] of fields) {
      if (typeof value === 'string') form.append(name, value);
      else form.append(name, new Blob([new Uint8Array(value.bytes)], { type: value.type ?? 'application/octet-stream' }), value.filename);
    }
    return this.call<PostView>('POST', '/api/posts', form);
  }

  async getPost(id: string): Promise<PostView> {
    return (await this.call<PostView>('GET', `/api/posts/${id}`)).body;
  }

  /** Polls until the post is as wanted; the last state seen is in the failure. */
  async waitForPost(id: string, isWanted: (post: PostView) => boolean, withinMs = 60_000): Promise<PostView> {
    const deadline = Date.now() + withinMs;
    for (;;) {
      const post = await this.getPost(id);
      if (isWanted(post)) return post;
      if (Date.now() > deadline) throw new Error(`The post did not get there in ${withinMs} ms: ${JSON.stringify(post, null, 1)}`);
      await pause(100);
    }
  }

  waitUntilProcessed(id: string, withinMs = 60_000): Promise<PostView> {
    return this.waitForPost(id, (post) => post.status === 'processed', withinMs);
  }
}
