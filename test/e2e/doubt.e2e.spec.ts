import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { makeJpeg } from '#testing/media/make-image';
import { PatientPosts, withoutEffect } from './platform/patient-posts.js';
import { Platform } from './platform/platform.js';
import type { PostView } from './platform/api-client.js';

/** What Instagram does to the calls of a post, and what must come of it: live exactly once, or told truly. */
describe('publishing when Instagram misbehaves', () => {
  let platform: Platform;
  let patient: PatientPosts;
  let seed = 100;

  beforeAll(async () => {
    platform = await Platform.start({ isUnhurried: true });
    patient = await PatientPosts.begin(platform);
  }, 120_000);

  afterAll(async () => platform?.close());
  afterEach(async () => platform.sandbox.clearFaults());

  const post = async (body: string): Promise<PostView> => {
    const created = await platform.api.uploadPost([['profiles[]', 'instagram'], ['post[body]', body], ['media[]', { bytes: await makeJpeg({ width: 640, height: 640, seed: seed++ }), filename: 'a.jpg' }]]);
    expect(created.status, JSON.stringify(created.body)).toBe(201);
    return created.body;
  };

  const timesLive = async (caption: string): Promise<number> => (await platform.ledger()).media.filter((item) => item.caption === caption).length;

  it.each([
    ['the connection is cut after the effect', { kind: 'reset_after_effect' }],
    ['an error is answered although the post is live', { kind: 'error_after_effect', preset: '4/2207051' }],
    ['a lost container is answered although the post is live', { kind: 'error_after_effect', preset: '24/2207006' }],
    ['a refusal is answered although the post is live', { kind: 'error_after_effect', preset: '100/33' }],
  ] as const)('publishes once when %s', async (name, fault) => {
    await platform.sandbox.fault({ method: 'POST', path: '/*/media_publish', account: platform.account.user_id }, fault);
    const { id } = await post(name);
    const done = await platform.api.waitUntilProcessed(id);
    expect(done.platforms[0]).toMatchObject({ status: 'published', error: null });
    expect(done.platforms[0]?.platform_id).toBeTruthy();
    expect(await timesLive(name)).toBe(1);
  });

  it('never binds a post of somebody else when two lost posts look the same', async () => {
    const body = 'the same words twice';
    const first = await post(body);
    await platform.api.waitUntilProcessed(first.id);
    await platform.sandbox.fault({ method: 'POST', path: '/*/media_publish', account: platform.account.user_id }, { kind: 'reset_after_effect' });
    const second = await post(body);
    const done = await platform.api.waitUntilProcessed(second.id);
    const ids = (await platform.ledger()).media.filter((item) => item.caption === body).map((item) => item.id);
    expect(ids).toHaveLength(2);
    expect(done.platforms[0]?.status).toBe('published');
    expect(ids.filter((id) => id !== (first.platforms[0]?.platform_id ?? ''))).toContain(done.platforms[0]?.platform_id);
  });

  it('writes the first comment once when the answer to it is lost', async () => {
    await platform.sandbox.fault({ method: 'POST', path: '/*/comments', account: platform.account.user_id }, { kind: 'reset_after_effect' });
    const file = { bytes: await makeJpeg({ width: 640, height: 640, seed: seed++ }), filename: 'a.jpg' };
    const created = await platform.api.uploadPost([['profiles[]', 'instagram'], ['post[body]', 'with comment'], ['media[]', file], ['platforms[instagram][first_comment]', 'Only once']]);
    const done = await platform.api.waitUntilProcessed(created.body.id);
    expect(done.platforms[0]).toMatchObject({ status: 'published', error: null });
    expect((await platform.ledger()).comments.filter((comment) => comment.text === 'Only once')).toHaveLength(1);
  });

  it('recreates a container whose media could not be fetched, and publishes once', async () => {
    await platform.sandbox.fault({ method: 'POST', path: '/*/media', account: platform.account.user_id }, { kind: 'error', preset: '9004/2207052' });
    const { id } = await post('fetched at the second try');
    expect((await platform.api.waitUntilProcessed(id)).platforms[0]?.status).toBe('published');
    expect(await timesLive('fetched at the second try')).toBe(1);
  });

  it('makes the failed child of a carousel anew alone, and publishes once', async () => {
    await platform.sandbox.fault({ method: 'POST', path: '/*/media', account: platform.account.user_id, nth: 2 }, { kind: 'error', preset: 'status/2207077' });
    const file = async (): Promise<{ bytes: Buffer; filename: string }> => ({ bytes: await makeJpeg({ width: 640, height: 640, seed: seed++ }), filename: 'a.jpg' });
    const { body: { id } } = await platform.api.uploadPost([['profiles[]', 'instagram'], ['post[body]', 'two children'], ['media[]', await file()], ['media[]', await file()]]);
    const before = (await platform.ledger()).containers.length;
    expect((await platform.api.waitUntilProcessed(id)).platforms[0]).toMatchObject({ status: 'published', error: null });
    const { media, containers } = await platform.ledger();
    const [live] = media.filter(({ caption }) => caption === 'two children');
    const parent = containers.find(({ caption }) => caption === 'two children');
    expect(containers.slice(before).length, 'three children and their parent').toBeLessThanOrEqual(4);
    const children = containers.filter(({ is_carousel_item: isChild }) => isChild);
    expect(children.map((child) => child.status_code === 'ERROR')).toEqual([false, true, false]);
    expect(parent?.children).toEqual(children.filter((child) => child.status_code !== 'ERROR').map((child) => child.id));
    expect(live?.children).toHaveLength(2);
  });

  it('fails at once, with code and remedy, when the network refuses for good', async () => {
    await platform.sandbox.fault({ method: 'POST', path: '/*/media', account: platform.account.user_id }, { kind: 'error', preset: '36003/2207009' });
    const { id } = await post('wrong shape');
    const [target] = (await platform.api.waitUntilProcessed(id)).platforms;
    expect(target).toMatchObject({ status: 'failed', platform_id: null, error_details: { platform_error_code: 36003, platform_error_subcode: 2207009, rule: null } });
    expect(target?.error_details?.remedy).toBeTruthy();
    expect(await timesLive('wrong shape')).toBe(0);
  });

  it('names the rule that a refused picture breaks, which it was warned of when it was accepted', async () => {
    const file = { bytes: await makeJpeg({ width: 900, height: 300, seed: seed++ }), filename: 'wide.jpg' };
    const { body } = await platform.api.uploadPost([['profiles[]', 'instagram'], ['post[body]', 'too wide'], ['media[]', file]]);
    expect(body.warnings).toMatchObject([{ rule: 'instagram.post.aspect_max' }]);
    const [target] = (await platform.api.waitUntilProcessed(body.id)).platforms;
    expect(target).toMatchObject({ status: 'failed', error_details: { platform_error_subcode: 2207009, rule: 'instagram.post.aspect_max' } });
  });

  it('waits and says when it tries again while the network has a temporary fault', async () => {
    await platform.sandbox.fault({ method: 'POST', path: '/*/media', account: platform.account.user_id }, { kind: 'error', preset: '2' });
    const { id } = await post('try again');
    const waiting = await platform.api.waitForPost(id, (view) => view.platforms[0]?.status === 'failed_waiting_for_retry');
    const pause = new Date(waiting.platforms[0]?.next_attempt_at ?? 0).getTime() - Date.now();
    expect(pause).toBeGreaterThan(30_000);
    expect(pause).toBeLessThanOrEqual(60_000);
    expect((await platform.api.call('DELETE', `/api/posts/${id}`)).body).toEqual({ deleted: true });
  });

  it('still says published when the permalink cannot be read at first', async () => {
    await platform.sandbox.fault({ method: 'GET', path: '/*', account: platform.account.user_id, nth: 3 }, { kind: 'error', preset: '100/33' });
    const { id } = await post('permalink later');
    const done = await platform.api.waitUntilProcessed(id);
    expect(done.platforms[0]?.status).toBe('published');
    expect(done.platforms[0]?.permalink).toMatch(/^https:\/\/www\.instagram\.com\/p\//);
  });

  it('holds the post, marks the profile expired and asks to reconnect when the token is refused', async () => {
    await platform.sandbox.settings(platform.account.user_id, { expired: true });
    try {
      const { id } = await post('no token');
      const [target] = (await platform.api.waitForPost(id, (view) => view.platforms[0]?.hold !== null)).platforms;
      expect(target).toMatchObject({ status: 'pending', hold: { reason: 'profile_disconnected' }, error_details: { platform_error_code: 190 } });
      const profiles = await platform.api.call<{ data: { username: string; status: string }[] }>('GET', '/api/profiles');
      expect(profiles.body.data.find(({ username }) => username === platform.account.username)?.status).toBe('expired');
    } finally {
      await platform.sandbox.settings(platform.account.user_id, { expired: false });
    }
  });

  describe('a call without effect, while the container is watched for a while', () => {
    it.each(Object.keys(withoutEffect).filter((name) => name !== 'blocked'))('publishes once, and only after that, when it was %s', async (name) => {
      expect((await patient.wait(name)).platforms[0]).toMatchObject({ status: 'published', error: null });
      expect((await patient.ledger()).media.filter(({ caption }) => caption === name)).toHaveLength(1);
    }, 150_000);

    it('does not publish again after a spam block, and says what to do', async () => {
      const done = await patient.wait('blocked');
      expect(done.platforms[0]).toMatchObject({ status: 'failed', error_details: { platform_error_code: 4, platform_error_subcode: 2207051 } });
      expect(done.platforms[0]?.error_details?.remedy).toBeTruthy();
      // Each of the others was called for twice.
      expect(await patient.publishCalls()).toBe(2 * (Object.keys(withoutEffect).length - 1) + 1);
    }, 150_000);
  });
});
