import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { makeJpeg } from '#testing/media/make-image';
import { TestProcess } from './platform/child-process.js';
import { Platform } from './platform/platform.js';

interface Target {
  readonly status: string;
  readonly deferral: string | null;
  readonly next_attempt_at: string | null;
  readonly error: string | null;
}

interface Brand {
  readonly userId: string;
  readonly groupId: string;
  readonly profileId: string;
}

/** Two workers that share nothing but the database: a limit is one limit for both. */
describe('limits of an account', () => {
  const encryptionKey = randomBytes(32).toString('base64');
  const pace = { PUBLISH_SPACING_SECONDS: '2', PUBLISH_BURST: '2' };
  let platform: Platform;
  let second: TestProcess;
  let database: Client;
  let seed = 700;

  beforeAll(async () => {
    platform = await Platform.start({ encryptionKey, environment: pace });
    database = new Client({ connectionString: platform.database.url });
    await database.connect();
    second = new TestProcess('apps/worker/main.js', {
      DATABASE_URL: platform.database.url, HELIOGRAPH_DATA: platform.dataDir, ENCRYPTION_KEYS: `k1:${encryptionKey}`, INSTAGRAM_GRAPH_URL: platform.sandbox.url,
      PUBLIC_URL: platform.api.url, EGRESS_ALLOW: '127.0.0.0/8', ...pace,
    });
    await second.start();
  }, 120_000);

  afterAll(async () => {
    await second?.stop();
    await database?.end();
    await platform?.close();
  });
  afterEach(() => platform.sandbox.clearFaults());

  async function brand(settings: { quota_total?: number } = {}): Promise<Brand> {
    const { api, sandbox } = platform;
    const { user_id: userId } = await sandbox.createAccount({ username: `limited_${randomBytes(5).toString('hex')}` });
    await sandbox.settings(userId, { processing_ms: 0, permalink_delay_ms: 0, ...settings });
    const { body: { id: groupId } } = await api.call<{ id: string }>('POST', '/api/profile_groups', { profile_group: { name: userId } });
    const { body: begun } = await api.call<{ url: string }>('POST', `/api/profile_groups/${groupId}/initialize_connection`, { platform: 'instagram', redirect_url: 'http://localhost:5000/done' });
    await fetch(await sandbox.decide(begun.url, { account: userId }), { redirect: 'manual' });
    const { body: { data } } = await api.call<{ data: { id: string }[] }>('GET', `/api/profiles?profile_group_id=${groupId}`);
    return { userId, groupId, profileId: data[0]?.id ?? '' };
  }

  async function post({ groupId }: Brand, body: string): Promise<string> {
    const created = await platform.api.uploadPost([['profile_group_id', groupId], ['profiles[]', 'instagram'], ['post[body]', body], ['media[]', { bytes: await makeJpeg({ width: 640, height: 640, seed: seed++ }), filename: 'a.jpg' }]]);
    expect(created.status, JSON.stringify(created.body)).toBe(201);
    return created.body.id;
  }

  const targetOf = (view: unknown): Target => (view as { platforms: Target[] }).platforms[0] as Target;
  const untilDeferred = async (id: string, reason: string): Promise<Target> => targetOf(await platform.api.waitForPost(id, (view) => targetOf(view).deferral === reason));
  const untilLive = async (id: string): Promise<void> => expect(targetOf(await platform.api.waitUntilProcessed(id))).toMatchObject({ status: 'published', deferral: null, next_attempt_at: null, error: null });
  /** As if the time of the row had come. */
  const makeDue = (postId: string): Promise<unknown> => database.query('UPDATE platform_post SET due_at = now() WHERE post_id = $1', [postId]);
  const count = async (from: string, value: string): Promise<number> => {
    const { rows } = await database.query<{ count: string }>(`SELECT count(*) FROM ${from}`, [value]);
    return Number(rows[0]?.count);
  };
  const deferralEvents = (postId: string): Promise<number> => count("event WHERE post_id = $1 AND type = 'platform_post.deferred'", postId);
  const minutesAhead = (target: Target): number => (Date.parse(target.next_attempt_at ?? '') - Date.now()) / 60_000;

  it('spaces the posts of one account over both workers, and none of them is lost or fails', async () => {
    const owner = await brand();
    const ids = [];
    for (let index = 0; index < 5; index += 1) ids.push(await post(owner, `spaced ${String(index)}`));
    for (const id of ids) await untilLive(id);
    const { media } = await platform.sandbox.ledger(owner.userId);
    const times = media.map(({ published_at }) => Date.parse(published_at)).sort((one, other) => one - other);
    expect(times).toHaveLength(5);
    // Two at once, then one every two seconds: four are never closer than two seconds and a bit of delay on the way.
    for (let index = 0; index + 3 < times.length; index += 1) expect((times[index + 3] ?? 0) - (times[index] ?? 0)).toBeGreaterThan(3_500);
    const attempts = await count("publish_attempt a JOIN platform_post t ON t.workspace_id = a.workspace_id AND t.id = a.platform_post_id WHERE a.step = 'publishing' AND t.profile_id = $1", owner.profileId);
    expect(attempts, 'nobody called and was refused').toBe(5);
  });

  it('holds a post back at the quota that the account has, says until when, and sends it when there is room', async () => {
    const owner = await brand({ quota_total: 1 });
    await untilLive(await post(owner, 'within the quota'));
    await database.query('UPDATE profile_pace SET quota_asked_at = NULL WHERE profile_id = $1', [owner.profileId]);
    const id = await post(owner, 'beyond it');
    const target = await untilDeferred(id, 'quota');
    expect(target).toMatchObject({ status: 'processing', error: null });
    expect(minutesAhead(target)).toBeGreaterThan(24 * 60 - 5);
    expect((await platform.sandbox.ledger(owner.userId)).containers, 'no container is wasted').toHaveLength(1);
    const { body: timeline } = await platform.api.call<{ data: { type?: string; data?: { deferral?: string } }[] }>('GET', `/api/posts/${id}/timeline`);
    expect(JSON.stringify(timeline)).toContain('platform_post.deferred');
    await platform.sandbox.settings(owner.userId, { quota_total: 5 });
    await database.query('UPDATE profile_pace SET quota_asked_at = NULL, quota_read_at = NULL WHERE profile_id = $1', [owner.profileId]);
    await makeDue(id);
    await untilLive(id);
    expect(await deferralEvents(id)).toBe(1);
  });

  it('takes a refusal for the quota for what it is, also when the network had said otherwise', async () => {
    const owner = await brand();
    await platform.sandbox.fault({ method: 'POST', path: '/*/media_publish', account: owner.userId }, { kind: 'error', preset: '9/2207042' });
    const id = await post(owner, 'refused for the quota');
    const target = await untilDeferred(id, 'quota');
    expect(target).toMatchObject({ status: 'processing', error: null });
    expect(minutesAhead(target)).toBeGreaterThan(55);
    expect(await count('platform_post WHERE post_id = $1 AND attempts = 0 AND recreations = 0', id)).toBe(1);
    await makeDue(id);
    await untilLive(id);
    expect((await platform.sandbox.ledger(owner.userId)).media).toHaveLength(1);
  });

  it('stops for a limited account, and for that account only', async () => {
    const [limited, other] = [await brand(), await brand()];
    await platform.sandbox.fault({ path: '/**', account: limited.userId, times: 0 }, { kind: 'error', preset: '80002' });
    const refused = await post(limited, 'refused');
    expect(minutesAhead(await untilDeferred(refused, 'rate_limit'))).toBeGreaterThan(4);
    const publishingCalls = async (): Promise<unknown> => {
      const { calls } = await platform.sandbox.ledger(limited.userId);
      return [calls['GET /content_publishing_limit'], calls['POST /media'], calls['GET /{container}'], calls['POST /media_publish']];
    };
    const calls = await publishingCalls();
    const waiting = await post(limited, 'never tried');
    expect(minutesAhead(await untilDeferred(waiting, 'throttled'))).toBeGreaterThan(4);
    await untilLive(await post(other, 'not concerned'));
    expect(await publishingCalls(), 'no call while it is stopped').toEqual(calls);
    const { body: health } = await platform.api.call<{ throttle: unknown }>('GET', `/api/profiles/${limited.profileId}/health`);
    expect(health.throttle).toMatchObject({ state: 'stopped', scope: 'account', used_percent: 100, until: expect.any(String) as string });
    expect((await platform.api.call<string>('GET', '/metrics')).body).toContain('heliograph_throttled_profiles 1');
    await platform.sandbox.clearFaults();
    await database.query('UPDATE profile_pace SET stopped_until = NULL, usage_seen_at = NULL WHERE profile_id = $1', [limited.profileId]);
    await Promise.all([refused, waiting].map(makeDue));
    await untilLive(refused);
    await untilLive(waiting);
  });

  it('slows an account down whose limit is near', async () => {
    const owner = await brand();
    await database.query('INSERT INTO profile_pace (workspace_id, profile_id, usage_percent, usage_seen_at) SELECT workspace_id, id, 80, now() FROM profile WHERE id = $1', [owner.profileId]);
    const begun = Date.now();
    const id = await post(owner, 'slowly');
    await untilDeferred(id, 'throttled');
    await untilLive(id);
    expect(Date.now() - begun, 'three calls, four seconds apart').toBeGreaterThan(7_500);
    expect(await deferralEvents(id), 'a moment is no news').toBe(0);
  });

  it('stops for everybody when the limit of the installation is reached, and goes on after it', async () => {
    const [first, other] = [await brand(), await brand()];
    await platform.sandbox.fault({ path: '/**', account: first.userId }, { kind: 'error', preset: '4' });
    await platform.api.call('GET', `/api/profiles/${first.profileId}/publishing_limit`);
    await expect.poll(() => count('network_usage WHERE network = $1', 'instagram')).toBe(1);
    const id = await post(other, 'waits for the installation');
    expect(minutesAhead(await untilDeferred(id, 'throttled'))).toBeGreaterThan(10);
    const { body: health } = await platform.api.call<{ throttle: unknown }>('GET', `/api/profiles/${other.profileId}/health`);
    expect(health.throttle).toMatchObject({ state: 'stopped', scope: 'installation' });
    await database.query('UPDATE network_usage SET stopped_until = NULL, usage_percent = 0');
    await makeDue(id);
    await untilLive(id);
  });
});
