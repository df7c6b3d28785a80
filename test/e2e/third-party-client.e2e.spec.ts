import { setTimeout as pause } from 'node:timers/promises';
import { Client, Constants, CONTAINER_STATUS_CODE, GetAuthorizedFacebookPagesRequest, GetLinkedInstagramAccountRequest } from 'instagram-graph-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LoopbackMediaHost } from '#testing/loopback-media-host';
import { makeJpeg } from '#testing/media/make-image';
import { makeMp4 } from '#testing/media/make-video';
import { TestSandbox } from '#testing/sandbox';

// Somebody else's client of the real API (MIT, of the npm registry). Only its base URL is changed.
describe('a third-party Graph client against the sandbox', () => {
  let sandbox: TestSandbox;
  let host: LoopbackMediaHost;
  let client: Client;
  let userId: string;

  beforeAll(async () => {
    [sandbox, host] = await Promise.all([TestSandbox.start(), LoopbackMediaHost.start()]);
    Reflect.set(Constants, 'API_URL', `${sandbox.url}/graph.facebook.com`);
    const account = await sandbox.createAccount({ username: 'third.party' });
    await sandbox.settings(account.user_id, { processing_ms: 100, permalink_delay_ms: 0 });
    userId = account.user_id;
    const token = account.facebook.user_token;
    const [page] = (await new GetAuthorizedFacebookPagesRequest(token).execute()).getAuthorizedFacebookPages();
    const linked = await new GetLinkedInstagramAccountRequest(token, page?.id ?? '').execute();
    client = new Client(token, linked.getInstagramPageId());
  });

  afterAll(async () => {
    await sandbox?.close();
    await host?.stop();
  });

  async function publish(containerId: string): Promise<string> {
    for (let attempt = 0; attempt < 100; attempt += 1) {
      const state = await client.newGetContainerRequest(containerId).execute();
      if (state.getContainerStatusCode() === CONTAINER_STATUS_CODE.FINISHED) return (await client.newPostPublishMediaRequest(containerId).execute()).getId();
      await pause(50);
    }
    throw new Error(`container ${containerId} never finished`);
  }

  it('finds the account through its page and reads it', async () => {
    const info = await client.newGetPageInfoRequest().execute();
    expect(info.getUsername()).toBe('third.party');
    expect(client.getPageId()).toBe(userId);
  });

  it('publishes a picture, a reel, a carousel and a story, and reads them back with every field it knows', async () => {
    const picture = host.serve('/a.jpg', await makeJpeg({ width: 640, height: 640 }), 'image/jpeg');
    const film = host.serve('/b.mp4', await makeMp4({ seconds: 4, width: 320, height: 568 }), 'video/mp4');
    const photo = await publish((await client.newPostPagePhotoMediaRequest(picture, 'Hello').execute()).getId());
    await publish((await client.newPostPageReelMediaRequest(film, 'Moving').execute()).getId());
    await publish((await client.newPostPageStoriesPhotoMediaRequest(picture).execute()).getId());
    const { media } = await sandbox.ledger(userId);
    expect(media.map((post) => [post.media_product_type, post.caption])).toEqual([['FEED', 'Hello'], ['REELS', 'Moving'], ['STORY', null]]);
    const read = await client.newGetMediaInfoRequest(photo).execute();
    expect([read.getCaption(), read.getPermalink()]).toEqual(['Hello', media[0]?.permalink]);
    const list = await client.newGetPageMediaRequest().execute();
    expect(list.getCaptions()).toEqual(['Moving', 'Hello']);
    expect((await client.newGetContentPublishingLimitRequest().execute()).getQuotaUsage()).toBe(3);
  });

  it('comments, replies, hides and deletes', async () => {
    const [post] = (await sandbox.ledger(userId)).media;
    const comment = (await client.newPostMediaCommentRequest(post?.id ?? '', 'Lovely').execute()).getId();
    const reply = (await client.newPostReplyRequest(comment, 'Thank you').execute()).getId();
    expect((await client.newGetRepliesRequest(comment).execute()).getTexts()).toEqual(['Thank you']);
    expect((await client.newPostHideCommentRequest(comment).execute()).wasSuccessful()).toBe(true);
    expect((await client.newGetCommentRequest(comment).execute()).isHidden()).toBe(true);
    expect((await client.newDeleteCommentRequest(reply).execute()).wasSuccessful()).toBe(true);
    expect((await client.newGetRepliesRequest(comment).execute()).getIds()).toEqual([]);
  });
});
