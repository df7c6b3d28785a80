import { request } from 'node:http';
import { type Answer, eventually, type GraphClient, send } from './graph-client.fixture.js';

/** Sends the bytes of a resumable upload to the address a container came with. */
export class UploadClient {
  constructor(readonly uri: string, private readonly token: string) {}

  /** A container for an upload of this account, and its client. */
  static async begin(owner: GraphClient, params: Record<string, string | boolean> = { media_type: 'REELS' }): Promise<{ id: string; upload: UploadClient }> {
    const answer = await owner.create({ ...params, upload_type: 'resumable' });
    return { id: answer.text('id'), upload: new UploadClient(answer.text('uri'), owner.token) };
  }

  post(headers: Record<string, string>, body?: Buffer): Promise<Answer> {
    return send('POST', this.uri, { headers: { authorization: `OAuth ${this.token}`, ...headers }, ...(body ? { body: new Uint8Array(body) } : {}) });
  }

  send(file: Buffer, offset = 0): Promise<Answer> {
    return this.post({ offset: String(offset), file_size: String(file.length) }, file.subarray(offset));
  }

  offset(): Promise<Answer> {
    return send('GET', this.uri, { headers: { authorization: `OAuth ${this.token}` } });
  }

  /** Sends the first `bytes` of a file and no more. Resolves when they have arrived, with the way to hang up. */
  async stall(file: Buffer, bytes: number): Promise<() => void> {
    const headers = { authorization: `OAuth ${this.token}`, offset: '0', file_size: String(file.length), 'content-length': String(file.length) };
    const sending = request(this.uri, { method: 'POST', headers });
    // Hanging up is what the test wants; the error it raises here is no news.
    sending.on('error', () => undefined);
    sending.write(file.subarray(0, bytes));
    await eventually(async () => ((await this.offset()).at('offset') === bytes ? true : null));
    return () => { sending.destroy(); };
  }
}
