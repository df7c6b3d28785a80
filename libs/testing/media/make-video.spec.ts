import { createHash } from 'node:crypto';
import { BufferSource, Input, MP4, QTFF } from 'mediabunny';
import { describe, expect, it } from 'vitest';
import { makeMov, makeMp4 } from './make-video.js';

const small = { seconds: 3.5, width: 320, height: 568 };

describe('makeMp4 and makeMov', () => {
  it('make files that say what was asked for', async () => {
    const input = new Input({ source: new BufferSource(await makeMp4({ ...small, fps: 25, audio: true, rotation: 90 })), formats: [MP4] });
    const video = await input.getPrimaryVideoTrack();
    const audio = await input.getPrimaryAudioTrack();
    expect(await video?.computeDuration()).toBeCloseTo(3.52, 2);
    expect([await video?.getDisplayWidth(), await video?.getDisplayHeight()]).toEqual([568, 320]);
    expect(await video?.getCodec()).toBe('avc');
    expect(await audio?.getCodec()).toBe('aac');
    expect((await video?.computeFrameRateMetrics())?.bestGuessFrameRate).toBe(25);
  });

  it('makes QuickTime', async () => {
    const input = new Input({ source: new BufferSource(await makeMov(small)), formats: [QTFF] });
    expect(await input.getMimeType()).toContain('video/quicktime');
  });

  it('gives the same bytes for the same options and others for another seed', async () => {
    const [first, second, other] = await Promise.all([makeMp4(small), makeMp4(small), makeMp4({ ...small, seed: 1 })]);
    expect(digest(first)).toBe(digest(second));
    expect(digest(first)).not.toBe(digest(other));
    expect(first.length).toBeLessThan(400_000);
  });

  it('puts the index in front unless told otherwise', async () => {
    const front = await makeMp4(small);
    const behind = await makeMp4({ ...small, fastStart: false });
    expect(front.indexOf('moov')).toBeLessThan(front.indexOf('mdat'));
    expect(behind.indexOf('moov')).toBeGreaterThan(behind.indexOf('mdat'));
  });
});

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
