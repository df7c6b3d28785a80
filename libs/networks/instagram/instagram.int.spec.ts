import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SystemClock } from '#kernel/clock';
import { LoopbackMediaHost } from '#testing/loopback-media-host';
import { makeJpeg, makePng } from '#testing/media/make-image';
import { makeMp4 } from '#testing/media/make-video';
import { TestSandbox } from '#testing/sandbox';
import type { SandboxAccount } from '#testing/sandbox-api';
import type { ContainerStatus, DeliverableMedia, NetworkAccount, PublishRequest } from '#networks/port/social-network';
import { createInstagramNetwork, type InstagramNetwork } from './instagram-network.js';

let sandbox: TestSandbox;
let media: LoopbackMediaHost;
let network: InstagramNetwork;
const files: Record<'square' | 'wide' | 'clip', DeliverableMedia> = { square: none(), wide: none(), clip: none() };

function none(): DeliverableMedia {
  return { kind: 'image', url: '' };
}

beforeAll(async () => {
  [sandbox, media] = await Promise.all([TestSandbox.start(), LoopbackMediaHost.start()]);
  files.square = { kind: 'image', url: media.serve('/square.jpg', await makeJpeg({ width: 640, height: 640 }), 'image/jpeg') };
  files.wide = { kind: 'image', url: media.serve('/wide.jpg', await makeJpeg({ width: 1200, height: 628, seed: 1 }), 'image/jpeg') };
  files.clip = { kind: 'video', url: media.serve('/clip.mp4', await makeMp4({ seconds: 3, width: 360, height: 640 }), 'video/mp4') };
  network = createInstagramNetwork({ settings: { graphUrl: sandbox.url, apiVersion: null }, clock: new SystemClock(), timeouts: { publishMs: 2000 } });
});

afterAll(async () => {
  network.onApplicationShutdown();
  await Promise.all([sandbox.close(), media.stop()]);
});

afterEach(() => sandbox.clearFaults());

let accounts = 0;

/** Each test has an account of its own, so its ledger holds this test's effects only. */
async function newAccount(): Promise<{ owner: SandboxAccount; account: NetworkAccount }> {
  const owner = await sandbox.createAccount({ username: `tester_${accounts += 1}` });
  await sandbox.settings(owner.user_id, { processing_ms: 30, permalink_delay_ms: 0 });
  return { owner, account: { accountId: owner.user_id, accessToken: owner.access_token } };
}

async function settled(account: NetworkAccount, container: string): Promise<ContainerStatus> {
  const status = await network.publishing.containerStatus(account, container);
  return status.state === 'in_progress' ? settled(account, container) : status;
}

async function readyContainer(account: NetworkAccount, request: PublishRequest): Promise<string> {
  const children: string[] = [];
  for (let index = 0; index < network.publishing.childCount(request); index += 1) {
    const child = await network.publishing.createChildContainer(account, request, index);
    expect(await settled(account, child)).toEqual({ state: 'ready' });
    children.push(child);
  }
  const container = await network.publishing.createContainer(account, request, children);
  expect(await settled(account, container)).toEqual({ state: 'ready' });
  return container;
}

const request = (params: object, ...items: DeliverableMedia[]): PublishRequest => ({ body: 'Sunrise & coffee #morning 🌞', params: { ...params }, media: items });
const body = 'Sunrise & coffee #morning 🌞';

describe('publishing to the sandbox', () => {
  it('publishes a picture with its parameters', async () => {
    const { owner, account } = await newAccount();
    const container = await readyContainer(account, request({
      alt_text: 'A cup', location_id: '7640348500', collaborators: ['anna'], user_tags: [{ username: 'ben', x: 0.5, y: 0.25 }],
    }, files.square));
    const id = await network.publishing.publishContainer(account, container);
    const ledger = await sandbox.ledger(owner.user_id);
    expect(ledger.media).toMatchObject([{ id, container_id: container, media_type: 'IMAGE', media_product_type: 'FEED', caption: body, alt_text: 'A cup' }]);
    expect(ledger.containers).toMatchObject([{ location_id: '7640348500', collaborators: ['anna'], user_tags: [{ username: 'ben', x: 0.5, y: 0.25 }] }]);
    expect(await network.publishing.permalink(account, id)).toBe(ledger.media[0]?.permalink);
    expect(await network.publishing.containerStatus(account, container)).toEqual({ state: 'published' });
  });

  it('publishes a single video of a feed post as a reel in the feed', async () => {
    const { owner, account } = await newAccount();
    await network.publishing.publishContainer(account, await readyContainer(account, request({ thumb_offset: 500 }, files.clip)));
    const ledger = await sandbox.ledger(owner.user_id);
    expect(ledger.media).toMatchObject([{ media_type: 'VIDEO', media_product_type: 'REELS', caption: body }]);
    expect(ledger.containers).toMatchObject([{ media_type: 'REELS', share_to_feed: true, thumb_offset: 500 }]);
  });

  it('publishes a trial reel with everything a reel may have', async () => {
    const { owner, account } = await newAccount();
    const params = { format: 'reel', share_to_feed: false, audio_name: 'Song', cover_url: files.square.url, trial_strategy: 'MANUAL', user_tags: [{ username: 'ben' }], is_ai_generated: true };
    await network.publishing.publishContainer(account, await readyContainer(account, request(params, files.clip)));
    expect((await sandbox.ledger(owner.user_id)).containers).toMatchObject([{ share_to_feed: false, cover_url: files.square.url, user_tags: [{ username: 'ben' }] }]);
  });

  it.each(['square', 'clip'] as const)('publishes a story: %s', async (item) => {
    const { owner, account } = await newAccount();
    await network.publishing.publishContainer(account, await readyContainer(account, { ...request({ format: 'story' }, files[item]), body: '' }));
    expect((await sandbox.ledger(owner.user_id)).media).toMatchObject([{ media_product_type: 'STORY' }]);
  });

  it('publishes a mixed carousel, in order, with a text for each picture', async () => {
    const { owner, account } = await newAccount();
    const post = request({ alt_text: ['first', '', 'third'], user_tags: [{ username: 'ben', x: 0, y: 1, media_index: 2 }], collaborators: ['anna'] }, files.square, files.clip, files.wide);
    const id = await network.publishing.publishContainer(account, await readyContainer(account, post));
    const ledger = await sandbox.ledger(owner.user_id);
    expect(ledger.media).toMatchObject([{
      id, media_type: 'CAROUSEL_ALBUM', caption: body,
      children: [{ media_type: 'IMAGE', alt_text: 'first' }, { media_type: 'VIDEO' }, { media_type: 'IMAGE', alt_text: 'third' }],
    }]);
    expect(ledger.containers.map((container) => container.user_tags.length)).toEqual([0, 0, 1, 0]);
  });

  it('writes a first comment and reads it back as its own', async () => {
    const { account } = await newAccount();
    const id = await network.publishing.publishContainer(account, await readyContainer(account, request({}, files.square)));
    const comment = await network.publishing.createComment(account, id, 'More at #1 & @two');
    expect(await network.publishing.ownComments(account, id)).toMatchObject([{ id: comment, text: 'More at #1 & @two' }]);
  });

  it('knows whose token it has', async () => {
    const { owner, account } = await newAccount();
    expect(await network.accounts.identify(account.accessToken)).toMatchObject({ accountId: owner.user_id, appScopedId: owner.id, username: owner.username });
    expect(owner.id).not.toBe(owner.user_id);
  });
});

describe('failures of the sandbox', () => {
  it('rejects a picture that Instagram refuses', async () => {
    const { account } = await newAccount();
    const png: DeliverableMedia = { kind: 'image', url: media.serve('/really.png', await makePng({ width: 400, height: 400 }), 'image/png') };
    await expect(network.publishing.createContainer(account, request({}, png), [])).rejects.toMatchObject({ errorClass: 'rejected', facts: { code: 36001, subcode: 2207005 } });
  });

  it('reads from the status text why a video failed', async () => {
    const { account } = await newAccount();
    const short: DeliverableMedia = { kind: 'video', url: media.serve('/short.mp4', await makeMp4({ seconds: 1, width: 360, height: 640 }), 'video/mp4') };
    const status = await settled(account, await network.publishing.createContainer(account, request({ format: 'reel' }, short), []));
    expect(status).toMatchObject({ state: 'failed', error: { errorClass: 'rejected', facts: { subcode: 2207085 } } });
  });

  it('asks to wait when a container is not ready', async () => {
    const { owner, account } = await newAccount();
    await sandbox.settings(owner.user_id, { processing_ms: 60_000 });
    const container = await network.publishing.createContainer(account, request({}, files.square), []);
    await expect(network.publishing.publishContainer(account, container)).rejects.toMatchObject({ errorClass: 'poll', facts: { code: 9007 } });
    expect(await network.publishing.containerStatus(account, container)).toEqual({ state: 'in_progress' });
  });

  it('asks to reconnect when the token was revoked', async () => {
    const { owner, account } = await newAccount();
    await sandbox.settings(owner.user_id, { revoked: true });
    await expect(network.accounts.identify(account.accessToken)).rejects.toMatchObject({ errorClass: 'needs_reauth', facts: { code: 190 } });
  });

  it.each([
    ['reset_after_effect', {}], ['error_after_effect', { preset: '4/2207051' }], ['error_after_effect', { preset: '1' }], ['http', { status: 502 }], ['hang', {}],
  ] as const)('leaves a publish open after %s %o, and the container tells the truth', async (kind, more) => {
    const { owner, account } = await newAccount();
    const post = request({}, files.square);
    const container = await readyContainer(account, post);
    const before = await sandbox.clock();
    await sandbox.fault({ method: 'POST', path: '/*/media_publish', account: owner.user_id }, { kind, ...more });
    await expect(network.publishing.publishContainer(account, container)).rejects.toMatchObject({ errorClass: 'outcome_unknown' });
    const isLive = (await sandbox.ledger(owner.user_id)).media.map((item) => item.id);
    expect(await network.publishing.containerStatus(account, container)).toEqual({ state: isLive.length > 0 ? 'published' : 'ready' });
    expect(await network.publishing.findPublished(account, post, before)).toEqual(isLive);
    expect(isLive).toHaveLength(kind.endsWith('after_effect') ? 1 : 0);
  });

  it('has the published post after a kill and a restart', async () => {
    const { owner, account } = await newAccount();
    const id = await network.publishing.publishContainer(account, await readyContainer(account, request({}, files.square)));
    await sandbox.kill();
    await expect(network.publishing.publishContainer(account, '1')).rejects.toMatchObject({ errorClass: expect.stringMatching(/retry_later|outcome_unknown/) as string });
    await sandbox.restart();
    expect((await sandbox.ledger(owner.user_id)).media.map((item) => item.id)).toEqual([id]);
    expect(await network.publishing.permalink(account, id)).toContain('https://');
  });
});
