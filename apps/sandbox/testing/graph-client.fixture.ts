/** A plain HTTP client that knows nothing of the sandbox but its address. Answers are looked at by path of keys. */
export class Answer {
  constructor(readonly status: number, readonly headers: Headers, readonly body: unknown) {}

  /** `answer.at('error', 'code')`; undefined where there is nothing. */
  at(...keys: (string | number)[]): unknown {
    let value: unknown = this.body;
    for (const key of keys) {
      if (typeof value !== 'object' || value === null) return undefined;
      value = Object.entries(value).find(([name]) => name === String(key))?.[1];
    }
    return value;
  }

  text(...keys: (string | number)[]): string {
    const value = this.at(...keys);
    if (typeof value !== 'string') throw new Error(`expected text at ${keys.join('.')} of ${JSON.stringify(this.body)}`);
    return value;
  }

  list(...keys: (string | number)[]): unknown[] {
    const value = this.at(...keys);
    if (!Array.isArray(value)) throw new Error(`expected a list at ${keys.join('.')} of ${JSON.stringify(this.body)}`);
    return value;
  }

  /** `code` or `code/subcode`; `ok` when it is no error. */
  get outcome(): string {
    const code = this.at('error', 'code');
    if (typeof code !== 'number') return this.status === 200 ? 'ok' : `HTTP ${String(this.status)}`;
    const subcode = this.at('error', 'error_subcode');
    return typeof subcode === 'number' ? `${String(code)}/${String(subcode)}` : String(code);
  }
}

export type Params = Record<string, string | number | boolean | object>;

export async function send(method: string, url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, { ...init, method });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
  return new Answer(response.status, response.headers, isJson ? JSON.parse(text) : text);
}

/** The Graph API as one account: JSON bodies, bearer token. */
export class GraphClient {
  constructor(readonly base: string, readonly token: string, readonly userId: string, readonly username: string) {}

  get(path: string, params: Record<string, string> = {}): Promise<Answer> {
    const query = new URLSearchParams(params).toString();
    return send('GET', `${this.base}/v25.0${path}${query === '' ? '' : `?${query}`}`, { headers: { authorization: `Bearer ${this.token}` } });
  }

  post(path: string, params: Params): Promise<Answer> {
    const headers = { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' };
    return send('POST', `${this.base}/v25.0${path}`, { headers, body: JSON.stringify(params) });
  }

  create(params: Params): Promise<Answer> {
    return this.post(`/${this.userId}/media`, params);
  }

  publish(containerId: string): Promise<Answer> {
    return this.post(`/${this.userId}/media_publish`, { creation_id: containerId });
  }

  async status(containerId: string): Promise<string> {
    return (await this.get(`/${containerId}`, { fields: 'status_code' })).text('status_code');
  }

  /** Polls until the container is no longer in progress and answers its last state. */
  async settled(containerId: string): Promise<Answer> {
    return eventually(async () => {
      const answer = await this.get(`/${containerId}`, { fields: 'status_code,status' });
      return answer.at('status_code') === 'IN_PROGRESS' ? null : answer;
    });
  }

  /** Creates, waits until finished, publishes; answers the media id. */
  async publishNow(params: Params): Promise<string> {
    const id = (await this.create(params)).text('id');
    const state = await this.settled(id);
    if (state.at('status_code') !== 'FINISHED') throw new Error(`container ${id}: ${JSON.stringify(state.body)}`);
    return (await this.publish(id)).text('id');
  }
}

/** Polls until there is a result. */
export async function eventually<T>(attempt: () => Promise<T | null>, timeoutMs = 10_000): Promise<T> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const result = await attempt();
    if (result !== null) return result;
    if (Date.now() > end) throw new Error(`not within ${String(timeoutMs)} ms`);
    await new Promise((resolve) => { setTimeout(resolve, 15); });
  }
}
