import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from './server.js';
import { ControlClient } from './testing/control-client.fixture.js';
import { eventually, GraphClient, send } from './testing/graph-client.fixture.js';
import { jpeg, type MediaHost, startMediaHost } from './testing/media-host.fixture.js';
import { mp4 } from './testing/mp4.fixture.js';
import { facebookLogin, instagramLogin, registerApp } from './testing/oauth-app.fixture.js';
import { UploadClient } from './testing/upload-client.fixture.js';

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

  it('keeps every kind of change: the same calls are answered alike before and after', async () => {
    const me = await control.account();
    const owner = await control.account();
    const row = await control.get(`/accounts/${me.userId}`);
    const photo = host.put(await jpeg(), 'image/jpeg');
    const app = await registerApp(control, { deauthorize_url: 'http://127.0.0.1:9/gone' });
    const login = instagramLogin(sandbox.url, app);
    const [used, open, revoked] = [await login.code(me.userId), await login.code(me.userId), await login.code(owner.userId)];
    const short = (await login.exchangeCode(used)).text('access_token');
    const long = (await login.exchangeToken(short)).text('access_token');
    const person = (await facebookLogin(sandbox.url, app).exchangeCode(await facebookLogin(sandbox.url, app).code(me.userId))).text('access_token');
    const lost = await login.longToken(owner.userId);
    await control.post(`/accounts/${owner.userId}/revoke`);
    const [kept, deleted] = [await me.publishNow({ image_url: photo }), await me.publishNow({ image_url: photo })];
    const item = async (): Promise<string> => (await me.create({ image_url: photo, is_carousel_item: true })).text('id');
    const album = await me.publishNow({ media_type: 'CAROUSEL', children: [await item(), await item()] });
    const comments: string[] = [];
    for (const message of ['hidden', 'shown', 'deleted']) comments.push((await me.post(`/${kept}/comments`, { message })).text('id'));
    const [hidden = '', shown = '', gone = ''] = comments;
    const replies = [(await me.post(`/${shown}/replies`, { message: 'stays' })).text('id'), (await me.post(`/${gone}/replies`, { message: 'goes' })).text('id')];
    await me.post(`/${hidden}`, { hide: true });
    await send('DELETE', `${sandbox.url}/${gone}?access_token=${me.token}`);
    await send('DELETE', `${sandbox.url}/graph.facebook.com/${deleted}?access_token=${row.text('facebook', 'page_token')}`);
    await me.post(`/${album}`, { comment_enabled: false });
    const { id: uploaded, upload } = await UploadClient.begin(me);
    await upload.send(mp4());
    await me.settled(uploaded);
    const failed = (await me.create({ media_type: 'REELS', video_url: 'http://127.0.0.1:9/a.mp4' })).text('id');
    await me.settled(failed);
    const { id: half, upload: halfway } = await UploadClient.begin(me);
    await halfway.post({ offset: '0', file_size: '100' }, Buffer.alloc(40));
    await control.post(`/accounts/${me.userId}/settings`, { locale: 'de_DE', throttle: { code: 4, minutes: 1 } });
    await control.advance(60_000);

    const world = async (): Promise<unknown[]> => {
      const token = (path: string, with_: string): string => `${sandbox.url}${path}${path.includes('?') ? '&' : '?'}access_token=${with_}`;
      const paths = [kept, deleted, album, ...comments, ...replies].map((id) => `/${id}?fields=id,timestamp`).concat(
        [uploaded, failed, half].map((id) => `/${id}?fields=status_code,status,video_status`),
        [`/${kept}/comments?fields=id,hidden,replies{id}`, '/me/media?fields=id,shortcode,is_comment_enabled,children{id}', '/me?fields=id,user_id,username,media_count', '/me/content_publishing_limit?fields=config,quota_usage'],
      );
      const reads = [...paths.map((path) => token(path, me.token)), ...[short, long, lost].map((each) => token('/me', each)), token('/graph.facebook.com/me/accounts', person),
        `${sandbox.url}/_sandbox/accounts`, `${sandbox.url}/_sandbox/apps`];
      const answers = [];
      for (const address of reads) answers.push(await send('GET', address));
      const ledgers = [await control.ledger(me), await control.ledger(owner)];
      return [...answers.map(({ status, body, outcome }) => (outcome === 'ok' ? [status, body] : [status, outcome])), ...ledgers.map(({ body }) => ({ ...Object(body) as object, calls: null }))];
    };
    const before = await world();
    await sandbox.close();
    await start();
    const after = JSON.parse(JSON.stringify(await world())) as unknown[];
    expect(after).toEqual(JSON.parse(JSON.stringify(before)));
    const again_ = instagramLogin(sandbox.url, app);
    expect([(await again_.exchangeCode(used)).status, (await again_.exchangeCode(revoked)).status, (await again_.exchangeCode(open)).status]).toEqual([400, 400, 200]);
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
