import { createHmac, randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TokenCipher } from '#infra/crypto/token-cipher';
import { generateApiKey } from '#features/accounts/index';
import { bytes, LoopbackMediaHost, status } from '#testing/loopback-media-host';
import { makeJpeg } from '#testing/media/make-image';
import { startRedis, type TestRedis } from '#testing/redis-server';
import type { SandboxAccount } from '#testing/sandbox-api';
import type { PostView } from './platform/api-client.js';
import { Platform } from './platform/platform.js';
import { dumpDatabase, findSecrets, readFolder } from './platform/secret-hunt.js';

const secretText = (name: string): string => `${name}${randomBytes(12).toString('hex')}`;

/** What anybody on the way must never read again: not in logs, not in answers, not in a dump. */
const planted = {
  appSecret: secretText('appsecret'),
  encryptionKey: randomBytes(32).toString('base64'),
  unknownKey: generateApiKey(),
  malformedKey: `hg_${secretText('malformed')}`,
  headerKey: generateApiKey(),
  brokenJson: secretText('brokenjson'),
  unknownField: secretText('unknownfield'),
  state: secretText('state'),
  code: secretText('code'),
  signedRequest: secretText('signedrequest'),
  userInfo: secretText('userinfo'),
  linkSignature: secretText('linksignature'),
  queryToken: secretText('querytoken'),
};
/** What belongs into rows and answers to its owner, and never into a log. */
const content = {
  caption: secretText('caption'),
  firstComment: secretText('firstcomment'),
  unforeseenCaption: secretText('unforeseencaption'),
  mediaQuery: secretText('mediaquery'),
  idempotencyKey: secretText('idempotency'),
  redirectQuery: secretText('redirectquery'),
};

describe.each(['postgres', 'redis'] as const)('secrets, with everything logged and the queue on %s', (backend) => {
  let redis: TestRedis | null = null;
  let platform: Platform;
  let host: LoopbackMediaHost;
  let sql: Client;
  let account: SandboxAccount;
  /** Texts of all answers that were failures. */
  const failures: string[] = [];
  let calls = 0;

  beforeAll(async () => {
    redis = backend === 'redis' ? await startRedis() : null;
    const environment = { LOG_LEVEL: 'debug', INSTAGRAM_APP_SECRETS: `5a6e1f0c94b74d1c8d2f3e4a5b6c7d8e,${planted.appSecret}` };
    [platform, host] = await Promise.all([Platform.start({ redisUrl: redis?.url ?? null, encryptionKey: planted.encryptionKey, environment }), LoopbackMediaHost.start()]);
    sql = new Client({ connectionString: platform.database.url });
    await sql.connect();
    ({ account } = platform);
  }, 120_000);

  afterAll(async () => {
    await sql?.end();
    await platform?.close();
    await host?.stop();
    await redis?.stop();
  });

  const call = async <T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const answer = await platform.api.call<T>(method, path, body, { 'idempotency-key': `${content.idempotencyKey}-${calls++}`, ...headers });
    if (answer.status >= 400) failures.push(`${method} ${path.split('?')[0] ?? ''} ${answer.status} ${JSON.stringify(answer.body)} ${JSON.stringify([...answer.headers])}`);
    return answer;
  };
  const pictureUrl = async (): Promise<string> => `${host.on('/a.jpg', bytes(await makeJpeg({ width: 640, height: 640 }), 'image/jpeg'))}?X-Amz-Signature=${content.mediaQuery}`;
  const create = async (caption: string, media: string, headers: Record<string, string> = {}) =>
    call<PostView>('POST', '/api/posts', { post: { body: caption }, profiles: ['instagram'], media: [media], platforms: { instagram: { first_comment: content.firstComment } } }, headers);

  it('are refused, misused and echoed in every way we know', async () => {
    const statuses = [
      await call('GET', '/api/posts', undefined, { authorization: `Bearer ${planted.unknownKey}` }),
      await call('GET', '/api/posts', undefined, { authorization: `Bearer ${planted.malformedKey}` }),
      await call('GET', '/api/posts', undefined, { authorization: '', 'x-api-key': planted.headerKey }),
      await call('GET', `/api/posts?access_token=${planted.queryToken}&page=x`),
      await call('GET', `/nowhere?access_token=${planted.queryToken}`),
      await call('POST', '/api/posts', `{"post": {"body": "${planted.brokenJson}", }`),
      await call('POST', '/api/posts', { profiles: ['instagram'], post: { body: 'x', password: planted.unknownField }, [planted.unknownField.slice(0, 7)]: planted.unknownField }),
      await call('POST', '/api/instagram/deauthorize', `signed_request=${planted.signedRequest}.e30`, { 'content-type': 'application/x-www-form-urlencoded' }),
      await call('GET', `/api/connections/instagram/callback?code=${planted.code}&state=${planted.state}`),
      await create(content.caption, `http://user:${planted.userInfo}@127.0.0.1:${host.port}/a.jpg`),
      await create(content.caption, `${host.on('/gone.jpg', status(403))}?signature=${planted.linkSignature}`),
    ].map((answer) => answer.status);
    expect(statuses).toEqual([401, 401, 401, 422, 404, 400, 422, 403, 400, 422, 422]);
  });

  it('do not show when a row is refused that holds them', async () => {
    await sql.query(`ALTER TABLE post ADD CONSTRAINT planted CHECK (body NOT LIKE '%${content.unforeseenCaption}%') NOT VALID`);
    await sql.query('ALTER TABLE connection_attempt ADD CONSTRAINT planted CHECK (false) NOT VALID');
    await sql.query("ALTER TABLE api_key ADD CONSTRAINT planted CHECK (name <> 'planted') NOT VALID");
    const { body: group } = await call<{ id: string }>('POST', '/api/profile_groups', { profile_group: { name: 'Empty' } });
    const connect = await call('POST', `/api/profile_groups/${group.id}/initialize_connection`, { platform: 'instagram', redirect_url: `http://localhost:5000/?t=${content.redirectQuery}` });
    const post = await create(content.unforeseenCaption, await pictureUrl());
    const key = await call('POST', '/api/keys', { name: 'planted' });
    expect([connect.status, post.status, key.status]).toEqual([500, 500, 500]);
    await sql.query('ALTER TABLE post DROP CONSTRAINT planted');
    await sql.query('ALTER TABLE connection_attempt DROP CONSTRAINT planted');
    await sql.query('ALTER TABLE api_key DROP CONSTRAINT planted');
  });

  it('do not show when Instagram repeats them, and the post goes out', async () => {
    const echo = { error: { message: `Malformed access token ${account.access_token} Bearer ${account.access_token} access_token=${encodeURIComponent(account.access_token)}`, type: 'OAuthException', code: 2, fbtrace_id: 'AbC' } };
    await platform.sandbox.fault({ method: 'POST', path: '/*/media' }, { kind: 'http', status: 500, body: echo });
    const failed = await create(content.caption, await pictureUrl());
    expect(failed.status).toBe(201);
    await platform.api.waitForPost(failed.body.id, ({ platforms }) => platforms[0]?.error !== null);
    await platform.sandbox.fault({ method: 'POST', path: '/*/media' }, { kind: 'http', status: 400, body: { error: { ...echo.error, code: 190 } } });
    await sql.query("UPDATE platform_post SET due_at = now() WHERE due_at IS NOT NULL");
    await platform.api.waitForPost(failed.body.id, ({ platforms }) => platforms[0]?.hold?.reason === 'profile_disconnected');
    failures.push(JSON.stringify(await platform.api.getPost(failed.body.id)).replaceAll(content.caption, ''));
  });

  it('do not show when an account is connected and publishes', async () => {
    account = await platform.sandbox.createAccount({ username: `shop_${randomBytes(5).toString('hex')}` });
    await platform.sandbox.settings(account.user_id, { processing_ms: 0, permalink_delay_ms: 0 });
    const { body: group } = await call<{ id: string }>('POST', '/api/profile_groups', { profile_group: { name: 'Shop' } });
    const { body: begun } = await call<{ url: string }>('POST', `/api/profile_groups/${group.id}/initialize_connection`, { platform: 'instagram', redirect_url: `http://localhost:5000/?t=${content.redirectQuery}` });
    const back = new URL(await platform.sandbox.decide(begun.url, { account: account.user_id }));
    Object.assign(planted, { realCode: back.searchParams.get('code'), realState: back.searchParams.get('state') });
    const returned = await fetch(back, { redirect: 'manual' });
    expect([returned.status, returned.headers.get('location')]).toEqual([302, `http://localhost:5000/?t=${content.redirectQuery}`]);
    const again = await fetch(back, { redirect: 'manual' });
    failures.push(`${again.status} ${again.headers.get('location') ?? ''} ${await again.text()}`);
    const post = await call<PostView>('POST', `/api/posts?profile_group_id=${group.id}`, { post: { body: content.caption }, profiles: ['instagram'], media: [await pictureUrl()] });
    expect(post.status).toBe(201);
    const [signature] = /(?<=signature=)[^&]+/.exec(post.body.media[0]?.url ?? '') ?? [];
    if (signature) Object.assign(content, { deliverySignature: signature });
    await platform.api.waitUntilProcessed(post.body.id);
    const payload = Buffer.from(JSON.stringify({ user_id: account.id, algorithm: 'HMAC-SHA256', issued_at: Math.floor(Date.now() / 1000) })).toString('base64url');
    const signed = `${createHmac('sha256', planted.appSecret).update(payload).digest('base64url')}.${payload}`;
    Object.assign(planted, { realSignedRequest: signed });
    await collectTokens();
    expect((await call('POST', '/api/instagram/deauthorize', `signed_request=${signed}`, { 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(200);
  });

  /** The tokens that stand encrypted in the rows, and the keys that were made. */
  const collectTokens = async (): Promise<void> => {
    const cipher = new TokenCipher([{ id: 'k1', key: Buffer.from(planted.encryptionKey, 'base64') }]);
    const { rows } = await sql.query<{ id: string; workspace_id: string; access_token: string }>("SELECT id, workspace_id, access_token FROM profile WHERE access_token <> ''");
    for (const row of rows) Object.assign(planted, { [`token of ${row.id}`]: cipher.decrypt(row.access_token, `profile|access_token|${row.id}|${row.workspace_id}`) });
    const { body: made } = await call<{ key: string }>('POST', '/api/keys', { name: 'second', permissions: ['read'] });
    Object.assign(planted, { firstToken: platform.account.access_token, apiKey: platform.api.key, apiKeySecret: platform.api.key.split('_')[2], madeKey: made.key });
    const { password } = new URL(platform.database.url);
    if (password.length >= 8) Object.assign(planted, { databasePassword: decodeURIComponent(password) });
    expect(rows.length).toBeGreaterThan(0);
  };

  it('stand in no log, no failure, no file and no dump', async () => {
    // What is logged while a process ends counts too.
    expect(await Promise.all([platform.apiProcess.stop(), platform.worker.stop()])).toEqual([0, 0]);
    const logs = `${platform.apiProcess.log}\n${platform.worker.log}`;
    expect(logs.length).toBeGreaterThan(10_000);
    expect(findSecrets(logs, { ...planted, ...content })).toEqual([]);
    expect(findSecrets(failures.join('\n'), planted)).toEqual([]);
    expect(findSecrets(readFolder(platform.dataDir), { ...planted, ...content })).toEqual([]);
    expect(findSecrets(await dumpDatabase(platform.database.url), planted)).toEqual([]);
  });

  it('would be found if they stood there', () => {
    const text = `x ${encodeURIComponent(planted.encryptionKey)} ${Buffer.from(planted.code).toString('base64')} y`;
    expect(findSecrets(text, planted).map((found) => found.split(' in ')[0])).toEqual(['encryptionKey', 'code']);
  });
});
