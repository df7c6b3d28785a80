import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LoopbackMediaHost } from '#testing/loopback-media-host';
import { makeJpeg } from '#testing/media/make-image';
import { Platform } from './platform/platform.js';

describe('an API that is asked to stop', () => {
  let platform: Platform;
  let host: LoopbackMediaHost;

  beforeAll(async () => {
    [platform, host] = await Promise.all([Platform.start(), LoopbackMediaHost.start()]);
  }, 120_000);

  afterAll(async () => {
    await platform?.close();
    await host?.stop();
  });

  it('answers the request under way, takes no new one, and ends with 0', async () => {
    const picture = await makeJpeg({ width: 640, height: 640 });
    let finish: () => void = () => undefined;
    const asked = new Promise<void>((arrived) => {
      host.on('/slow.jpg', (_request, response) => {
        finish = () => void response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': picture.length }).end(picture);
        arrived();
      });
    });
    // Keeps its connection open and idle: it must not hold the process.
    expect((await platform.api.call('GET', '/health')).status).toBe(200);
    const answer = platform.api.createPost({ post: { body: 'Slow' }, media: [host.url('/slow.jpg')] });
    await asked;
    const begun = performance.now();
    const ended = platform.apiProcess.stop();
    await expect.poll(() => fetch(`${platform.api.url}/health`, { headers: { connection: 'close' } }).then(({ status }) => String(status), () => 'refused'), { interval: 50 }).toBe('refused');
    finish();
    const { status, body } = await answer;
    expect([status, body.body]).toEqual([201, 'Slow']);
    expect(await ended).toBe(0);
    expect(performance.now() - begun).toBeLessThan(10_000);
  });
});
