import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Sandbox, startSandbox } from './server.js';
import { ControlClient } from './testing/control-client.fixture.js';
import { type Answer, type GraphClient, send } from './testing/graph-client.fixture.js';
import { jpeg, type MediaHost, startMediaHost } from './testing/media-host.fixture.js';

const DAY_MS = 86_400_000;

describe('the sandbox under rough treatment', () => {
  let folder: string;
  let host: MediaHost;
  let sandbox: Sandbox;
  let control: ControlClient;
  let me: GraphClient;
  let lines: string[];

  const start = async (): Promise<void> => {
    sandbox = await startSandbox({ port: 0, dataDir: folder, log: (line) => { lines.push(line); } });
    control = new ControlClient(sandbox.url);
  };
  beforeEach(async () => {
    lines = [];
    folder = await mkdtemp(join(tmpdir(), 'sandbox-rough-'));
    host = await startMediaHost();
    await start();
    me = await control.account();
  });
  afterEach(async () => {
    await sandbox.close();
    await host.close();
    await rm(folder, { recursive: true, force: true });
  });

  const postJson = (path: string, body: string): Promise<Answer> => send('POST', sandbox.url + path, { headers: { 'content-type': 'application/json' }, body });
  const stored = async (): Promise<string[]> => (await readdir(join(folder, 'cdn'))).sort();

  it.each(['[]', '["a"]', '{}', '{"__proto__":1}'])('answers 190 to the access token %s instead of hanging up', async (token) => {
    const answer = await postJson('/me/media', `{"access_token":${token}}`);
    expect([answer.status, answer.body]).toMatchObject([400, { error: { code: 190 } }]);
    expect(lines).toEqual([]);
  });

  it.each([
    ['form', 'application/x-www-form-urlencoded', Array.from({ length: 6000 }, (_, index) => `p${String(index)}=1`).join('&')],
    ['JSON', 'application/json', `{${Array.from({ length: 6000 }, (_, index) => `"p${String(index)}":1`).join()}}`],
  ])('refuses a %s of thousands of parameters', async (_name, type, body) => {
    const answer = await send('POST', `${sandbox.url}/me/media?access_token=${me.token}`, { headers: { 'content-type': type }, body });
    expect(answer.body).toMatchObject({ error: { code: 100, message: '(#100) A call may have 5000 parameters at most' } });
  });

  it('has one name for all calls of edges there are not, so that the ledger stays small', async () => {
    for (const edge of ['made_up', 'constructor', '__proto__']) await send('GET', `${sandbox.url}/me/${edge}?access_token=${me.token}`);
    expect((await control.ledger(me)).body).toMatchObject({ calls: { 'GET /{unknown}': 3 } });
  });

  it('says nothing of a client that hangs up in the middle of its body, least of all its token', async () => {
    const socket = connect(sandbox.port, '127.0.0.1');
    socket.write(`POST /me/media?access_token=${me.token} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\ncaption=`, () => { socket.destroy(); });
    await new Promise<void>((resolve) => { socket.once('close', () => { resolve(); }); });
    await control.get('/health');
    await sandbox.close();
    expect(lines).toEqual([]);
  });

  it('answers 190 when a reset takes the account away while its image is fetched, and leaves nothing', async () => {
    const bytes = await jpeg();
    let answerNow = (): void => undefined;
    const url = host.on((response) => { answerNow = () => { response.writeHead(200, { 'content-type': 'image/jpeg' }).end(bytes); }; });
    const created = send('POST', `${sandbox.url}/${me.userId}/media?access_token=${me.token}&image_url=${encodeURIComponent(url)}`);
    await vi.waitFor(() => { expect(host.hits(url)).toBe(1); });
    expect((await control.post('/reset')).status).toBe(200);
    answerNow();
    expect((await created).body).toMatchObject({ error: { code: 190 } });
    await sandbox.close();
    await start();
    expect((await control.get('/accounts')).body).toEqual({ data: [] });
    expect(await stored()).toHaveLength(1);
  });

  it('drops the bytes of an upload that expired when the next one is begun', async () => {
    const begin = async (): Promise<string> => (await me.create({ media_type: 'REELS', upload_type: 'resumable' })).text('id');
    const id = await begin();
    await send('POST', `${sandbox.url}/ig-api-upload/v25.0/${id}`, { headers: { authorization: `OAuth ${me.token}`, offset: '0', file_size: '100' }, body: 'half' });
    expect(existsSync(join(folder, 'cdn', `${id}.upload`))).toBe(true);
    await control.advance(DAY_MS);
    await begin();
    expect(existsSync(join(folder, 'cdn', `${id}.upload`))).toBe(false);
  });

  it('removes files at the start that no container is made of', async () => {
    await me.publishNow({ image_url: host.put(await jpeg(), 'image/jpeg') });
    const before = await stored();
    await sandbox.close();
    await writeFile(join(folder, 'cdn', `${'0'.repeat(40)}.jpg`), 'orphan');
    await start();
    expect(await stored()).toEqual(before);
  });
});
