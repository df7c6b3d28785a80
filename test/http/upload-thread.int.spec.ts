import 'reflect-metadata';
import { createHash, randomBytes } from 'node:crypto';
import { request, type ClientRequest } from 'node:http';
import type { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LiveApi } from './live-api.js';

interface Begun {
  readonly key: string;
  readonly url: string;
}
interface Sending {
  readonly request: ClientRequest;
  readonly answer: Promise<{ readonly status: number; readonly body: Readonly<Record<string, unknown>> }>;
}

const megabyte = 1_000_000;
/** Every thread that this process has started; uploads are all that is done here. */
const threads: Worker[] = [];
const onThread = (thread: Worker): unknown => threads.push(thread);
let api: LiveApi;
let isClosed = false;

beforeAll(async () => {
  process.on('worker', onThread);
  api = await LiveApi.start(4);
}, 60_000);
afterAll(async () => {
  process.off('worker', onThread);
  if (!isClosed) await api?.close();
});

async function begin(): Promise<Begun> {
  const answer = await fetch(`${await api.url()}/api/uploads`, { method: 'POST', body: '{}', headers: { authorization: `Bearer ${api.key}`, 'content-type': 'application/json' } });
  const { key, upload_url } = (await answer.json()) as { key: string; upload_url: string };
  const address = new URL(upload_url);
  return { key, url: `${await api.url()}${address.pathname}${address.search}` };
}

function send(url: string, headers: Record<string, string | number>): Sending {
  const sending = request(url, { method: 'PUT', headers });
  const answer = new Promise<Awaited<Sending['answer']>>((resolve, reject) => {
    sending.on('error', reject).on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part)).on('end', () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) as Record<string, unknown> }));
    });
  });
  return { request: sending, answer };
}

const receivedOf = async ({ key }: Begun): Promise<number> => Number((await api.query<{ received_bytes: string }>('SELECT received_bytes FROM upload WHERE id = $1', [key]))[0]?.received_bytes);

describe('the thread that writes uploads', () => {
  it('takes the uploads under way with it when it dies; they go on from what is safe, in a new one', async () => {
    const bytes = randomBytes(20 * megabyte);
    const upload = await begin();
    const first = send(upload.url, { 'content-length': bytes.length });
    first.request.write(bytes.subarray(0, 12 * megabyte));
    await expect.poll(() => receivedOf(upload)).toBeGreaterThan(0);
    expect(threads).toHaveLength(1);
    await threads[0]?.terminate();
    first.request.write(bytes.subarray(12 * megabyte, 13 * megabyte)); // the rest does not come: the answer does not wait for it
    expect(await first.answer).toMatchObject({ status: 503, body: { code: 'service_unavailable', retryable: true } });
    first.request.destroy();
    const offset = Number((await fetch(upload.url, { method: 'HEAD' })).headers.get('upload-offset'));
    expect(offset).toBe(await receivedOf(upload));
    expect(offset).toBeGreaterThan(8 * megabyte);
    const second = send(upload.url, { 'content-length': bytes.length - offset, 'content-range': `bytes ${offset}-${bytes.length - 1}/${bytes.length}` });
    second.request.end(bytes.subarray(offset));
    expect(await second.answer).toMatchObject({ status: 200, body: { size: bytes.length } });
    const [row] = await api.query<{ object_key: string }>('SELECT object_key FROM upload WHERE id = $1', [upload.key]);
    expect(row?.object_key).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(threads).toHaveLength(2);
  });

  it('stays until the last upload is written down when the process ends', async () => {
    const bytes = randomBytes(2 * megabyte);
    const upload = await begin();
    const sending = send(upload.url, { 'content-length': bytes.length });
    sending.request.write(bytes.subarray(0, megabyte));
    await expect.poll(async () => (await api.query<{ token: string | null }>('SELECT token FROM upload WHERE id = $1', [upload.key]))[0]?.token).not.toBeNull();
    const closed = api.close();
    isClosed = true;
    await expect.poll(() => fetch(`${new URL(upload.url).origin}/health`, { headers: { connection: 'close' } }).then(({ status }) => String(status), () => 'refused')).toBe('refused');
    sending.request.end(bytes.subarray(megabyte));
    expect(await sending.answer).toMatchObject({ status: 200, body: { size: bytes.length } });
    await closed;
    expect(threads.map(({ threadId }) => threadId)).toEqual([-1, -1]);
  });
});
