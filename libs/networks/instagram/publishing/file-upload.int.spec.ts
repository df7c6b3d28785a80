import { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SystemClock } from '#kernel/clock';
import { cut, html, json, ScriptedGraph, silence } from '#testing/scripted-graph';
import { FileUpload } from './file-upload.js';

const account = { accountId: '17841400000000001', accessToken: 'EAAsecret0123456789' };
const file = Buffer.alloc(200_000, 3);
const refusal = (retriable: boolean, message = 'no'): object => ({ debug_info: { retriable, type: 'ProcessingFailedError', message } });

let graph: ScriptedGraph;
let upload: FileUpload;

beforeAll(async () => {
  graph = await ScriptedGraph.start();
  upload = new FileUpload({ settings: { graphUrl: `${graph.url}/graph.facebook.com`, apiVersion: 'v25.0' }, clock: new SystemClock(), uploadTimeouts: { idleMs: 300 } });
});
afterAll(() => graph.stop());

const send = (offset = 0, body: Readable = Readable.from([file.subarray(offset)]), signal = new AbortController().signal): Promise<void> =>
  upload.send(account, '42', { body, offset, sizeBytes: file.length, signal });

describe('a file', () => {
  it('is sent from the byte that is asked for, with its length and the token as OAuth', async () => {
    graph.script(json(200, { success: true }));
    await send(150_000);
    expect(graph.calls[0]).toMatchObject({ method: 'POST', url: '/ig-api-upload/v25.0/42' });
    expect(graph.calls[0]?.headers).toMatchObject({ authorization: 'OAuth EAAsecret0123456789', offset: '150000', file_size: '200000', 'content-length': '50000' });
  });

  it.each([
    ['passing trouble', json(412, refusal(true)), 'retry_later'],
    ['a spoilt container', json(404, refusal(false)), 'recreate'],
    ['a login without uploads', json(403, refusal(false)), 'rejected'],
    ['a gateway', html(502), 'retry_later'],
    ['a cut line', cut, 'retry_later'],
    ['silence', silence, 'retry_later'],
  ] as const)('failing by %s is classed', async (_name, answer, errorClass) => {
    graph.script(answer);
    await expect(send()).rejects.toMatchObject({ errorClass });
  });

  it('may take longer than a silence may, as long as bytes move', async () => {
    graph.script(json(200, { success: true }));
    const patient = new FileUpload({ settings: { graphUrl: `${graph.url}/graph.facebook.com`, apiVersion: 'v25.0' }, clock: new SystemClock(), uploadTimeouts: { idleMs: 1000 } });
    async function* drops(): AsyncGenerator<Buffer> {
      for (let start = 0; start < file.length; start += 20_000) {
        await setTimeout(150);
        yield file.subarray(start, start + 20_000);
      }
    }
    await patient.send(account, '42', { body: Readable.from(drops()), offset: 0, sizeBytes: file.length, signal: new AbortController().signal });
  });

  it('is told nothing of the token', async () => {
    graph.script(json(400, refusal(false, `bad ${account.accessToken}`)));
    await expect(send()).rejects.toMatchObject({ facts: { message: 'bad [token]' } });
  });

  it('whose source breaks, or that is broken off, is let go of', async () => {
    graph.script(silence);
    const broken = new Readable({ read() { this.destroy(new Error('the disk')); } });
    await expect(send(0, broken)).rejects.toMatchObject({ errorClass: 'retry_later' });
    const parking = new AbortController();
    const body = Readable.from([file]);
    const sending = send(0, body, parking.signal);
    parking.abort(new Error('parking'));
    await expect(sending).rejects.toThrow('parking');
    expect(body.destroyed).toBe(true);
  });

  it.each([[json(200, { offset: 77 }), 77], [json(404, refusal(false)), 0], [json(200, {}), 0]])('says how much of it is there', async (answer, bytes) => {
    graph.script(answer);
    expect(await upload.received(account, '42')).toBe(bytes);
  });
});
