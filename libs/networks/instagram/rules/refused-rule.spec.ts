import { describe, expect, it } from 'vitest';
import { ordinaryVideo, type MediaFacts } from '#networks/port/media-facts';
import { ruleOfRefusal } from './refused-rule.js';

const image = (change: Partial<MediaFacts> = {}): MediaFacts => ({ kind: 'image', contentType: 'image/jpeg', sizeBytes: 500_000, width: 1080, height: 1080, ...change });
const video = (durationMs: number): MediaFacts => ({ kind: 'video', contentType: 'video/mp4', sizeBytes: 5_000_000, width: 100, height: 180, video: { ...ordinaryVideo, videoCodec: 'avc', durationMs } });

function ruleOf(subcode: number | null, media: MediaFacts[], { code = null, body = '', format = 'post' }: { code?: number | null; body?: string; format?: string } = {}): string | null {
  return ruleOfRefusal({ body, params: { format }, media }, { code, subcode });
}

describe('ruleOfRefusal', () => {
  it.each([
    [2207004, 'post.image_size_max', [image({ sizeBytes: 9_000_000 })]],
    [2207005, 'post.image_type', [image({ contentType: 'image/png' })]],
    [2207009, 'post.aspect_max', [image(), image({ width: 2000, height: 500 })]],
    [2207009, 'post.aspect_min', [image({ width: 500, height: 1000 })]],
    [2207028, 'post.media_count_max', Array.from({ length: 11 }, () => image())],
  ])('%s is about what the post breaks: %s', (subcode, rule, media) => {
    expect(ruleOf(subcode, media)).toBe(`instagram.${rule}`);
  });

  it('knows captions and videos, by the format they are published in', () => {
    expect(ruleOf(2207010, [image()], { body: '#a '.repeat(31) })).toBe('instagram.caption.hashtags_max');
    expect(ruleOf(2207010, [image()], { body: '#a #b #c #d #e #f' })).toBe('instagram.caption.hashtags_advised');
    expect(ruleOf(2207085, [video(70_000)], { format: 'story' })).toBe('instagram.story.duration_max');
    expect(ruleOf(2207082, [video(16 * 60_000)], { format: 'reel' })).toBe('instagram.reel.duration_max');
  });

  it('reads a code whose subcode was left out', () => {
    expect(ruleOf(null, [image({ width: 2000, height: 500 })], { code: 36003 })).toBe('instagram.post.aspect_max');
  });

  it('names none where the refusal is about something else, or nothing is broken that it could be about', () => {
    expect(ruleOf(2207009, [image()])).toBeNull();
    expect(ruleOf(2207004, [image({ width: 2000, height: 500 })])).toBeNull();
    expect(ruleOf(2207050, [image({ width: 2000, height: 500 })])).toBeNull();
    // Small videos are scaled up: that rule is not Meta's.
    expect(ruleOf(2207085, [video(20_000)], { format: 'reel' })).toBeNull();
    expect(ruleOf(null, [image()], { code: 190 })).toBeNull();
  });
});
