import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from './server.js';
import { ControlClient } from './testing/control-client.fixture.js';
import { eventually, GraphClient } from './testing/graph-client.fixture.js';
import { jpeg, type MediaHost, startMediaHost } from './testing/media-host.fixture.js';
import { mp4 } from './testing/mp4.fixture.js';

describe('A restart', () => {
  let dataDir: string;
  let host: MediaHost;
  let sandbox: Sandbox;
  let control: ControlClient;

  const start = async (): Promise<void> => {
    sandbox = await startSandbox({ port: 0, dataDir });
    control = new ControlClient(sandbox.url);
  };
  const again = (client: GraphClient): GraphClient => new GraphClient(sandbox.url, client.token, client.userId, client.username);

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'sandbox-'));
    host = await startMediaHost();
    await start();
  });
  afterEach(async () => {
    await sandbox.close();
    await host.close();
    await rm(dataDir, { recursive: true });
  });

  it('keeps accounts, settings, containers, media, comments, calls and the clock, past a torn last line', async () => {
    const me = await control.account({ quota_total: 3 });
    const photo = host.put(await jpeg(), 'image/jpeg');
    const media = await me.publishNow({ image_url: photo, caption: 'kept' });
    await me.post(`/${media}/comments`, { message: 'kept too' });
    await me.create({ image_url: photo });
    await control.advance(3_600_000);
    const before = await control.ledger(me);
    await sandbox.close();
    await appendFile(join(dataDir, 'journal.jsonl'), '{"type":"media.publ');
    await start();
    expect((await control.ledger(me)).body).toEqual(before.body);
    expect((await control.get('/clock')).at('offset_ms')).toBe(3_600_000);
    const address = (await again(me).get(`/${media}`, { fields: 'media_url' })).text('media_url');
    expect((await fetch(address)).status).toBe(200);
  });

  it('takes up a download it interrupted', async () => {
    const me = await control.account();
    let isSlow = true;
    const film = host.on((response) => {
      response.writeHead(200, { 'content-type': 'video/mp4' });
      if (isSlow) response.write('x');
      else response.end(mp4());
    });
    const id = (await me.create({ media_type: 'REELS', video_url: film })).text('id');
    await eventually(() => Promise.resolve(host.hits(film) === 1 ? true : null));
    await sandbox.close();
    isSlow = false;
    await start();
    expect((await again(me).settled(id)).at('status_code')).toBe('FINISHED');
    expect(host.hits(film)).toBe(2);
  });

  it('keeps a reset a reset', async () => {
    const me = await control.account();
    await control.post('/reset');
    await sandbox.close();
    await start();
    expect((await again(me).get('/me')).outcome).toBe('190');
    expect((await control.get('/accounts')).list('data')).toEqual([]);
  });
});
