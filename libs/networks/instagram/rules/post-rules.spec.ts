import { describe, expect, it } from 'vitest';
import type { MediaFacts } from '#networks/port/media-facts';
import { judgePost } from './judge.js';
import { paramRules } from './param-rules.js';
import { postRules } from './post-rules.js';
import { tagRules } from './tag-rules.js';

const image: MediaFacts = { kind: 'image', contentType: 'image/jpeg', sizeBytes: 500_000, width: 1080, height: 1080 };
const video: MediaFacts = {
  kind: 'video', contentType: 'video/mp4', sizeBytes: 5_000_000, width: 1080, height: 1920,
  video: { durationMs: 20_000, videoCodec: 'avc', audioCodec: 'aac', framesPerSecond: 30, isFastStart: true, isVariableFrameRate: false,
    codecString: 'avc1.640028', chroma: '4:2:0', bitDepth: 8, isInterlaced: false, hasOpenGroups: false, isHdr: false, rotation: 0, bitsPerSecond: 2_000_000,
    audioChannels: 2, audioSampleRate: 48_000, audioBitsPerSecond: 128_000, editList: 'none', isFragmented: false, hasJunk: false },
};
const images = (count: number): MediaFacts[] => Array.from({ length: count }, () => image);

interface Draft { body?: string; media?: MediaFacts[] }

function judge(params: Record<string, unknown>, { body = '', media = [image] }: Draft = {}) {
  const { violations, warnings } = judgePost({ body, params, media });
  return { errors: violations.map((violation) => violation.rule), warnings: warnings.map((warning) => warning.rule), violations };
}

const fine = { errors: [], warnings: [] };
const broken = (...errors: string[]) => ({ errors: errors.map((rule) => `instagram.${rule}`) });

describe('number and kind of media', () => {
  it.each([['post', 'feed post'], ['reel', 'reel'], ['story', 'story']])('asks for media in the words of the model: %s', (format, name) => {
    expect(judge({ format }, { media: [] }).violations).toMatchObject([{ rule: 'instagram.media.required', message: `Media is required for ${name} on Instagram` }]);
  });

  it.each([1, 2, 10])('takes %i images in a post', (count) => {
    expect(judge({}, { media: images(count) })).toMatchObject(fine);
  });

  it('takes pictures and videos mixed, but not eleven', () => {
    expect(judge({}, { media: [image, video] })).toMatchObject(fine);
    expect(judge({}, { media: images(11) })).toMatchObject(broken('post.media_count_max'));
  });

  it('wants exactly one video in a reel', () => {
    expect(judge({ format: 'reel' }, { media: [video] })).toMatchObject(fine);
    expect(judge({ format: 'reel' }, { media: [image] })).toMatchObject(broken('reel.video_required'));
    expect(judge({ format: 'reel' }, { media: [video, video] })).toMatchObject(broken('reel.media_count'));
  });

  it('wants exactly one item in a story', () => {
    expect(judge({ format: 'story' })).toMatchObject(fine);
    expect(judge({ format: 'story' }, { media: images(2) })).toMatchObject(broken('story.media_count'));
  });
});

describe('text', () => {
  it('refuses text for a story, but not white space', () => {
    expect(judge({ format: 'story' }, { body: 'Hi' }).violations).toMatchObject([{ rule: 'instagram.story.content', message: 'Content is not allowed for story on Instagram' }]);
    expect(judge({ format: 'story' }, { body: ' \n' })).toMatchObject(fine);
  });

  it('counts 2,200 code points, so that an emoji is one', () => {
    expect(judge({}, { body: '🌞'.repeat(2200) })).toMatchObject(fine);
    expect(judge({}, { body: 'a'.repeat(2201) }).violations).toMatchObject([{
      rule: 'instagram.caption.length_max', path: 'post.body', message: 'The caption has 2201 characters; allowed are at most 2200', limit: 2200, actual: 2201,
    }]);
  });

  it('warns above 5 hashtags and refuses above 30', () => {
    const tags = (count: number): string => Array.from({ length: count }, (_, index) => `#größe${index}`).join(' ');
    expect(judge({}, { body: tags(5) })).toMatchObject(fine);
    expect(judge({}, { body: tags(6) })).toMatchObject({ errors: [], warnings: ['instagram.caption.hashtags_advised'] });
    expect(judge({}, { body: tags(30) }).errors).toEqual([]);
    expect(judge({}, { body: tags(31) })).toMatchObject(broken('caption.hashtags_max'));
    expect(judge({}, { body: '# # #1# '.repeat(5) })).toMatchObject(fine);
  });

  it('refuses above 20 mentions and does not count e-mail addresses', () => {
    expect(judge({}, { body: '@a.b '.repeat(20) })).toMatchObject(fine);
    expect(judge({}, { body: '@a.b '.repeat(21) })).toMatchObject(broken('caption.mentions_max'));
    expect(judge({}, { body: 'me@example.com '.repeat(21) })).toMatchObject(fine);
  });
});

describe('parameters', () => {
  const placements = { image: [{}, [image]], carousel: [{}, [image, video]], 'feed video': [{}, [video]], reel: [{ format: 'reel' }, [video]], story: [{ format: 'story' }, [image]] } as const;
  const samples: readonly [string, unknown, readonly (keyof typeof placements)[]][] = [
    ['first_comment', 'hi', ['image', 'carousel', 'feed video', 'reel']],
    ['collaborators', ['a'], ['image', 'carousel', 'feed video', 'reel']],
    ['user_tags', [{ username: 'a', x: 0, y: 0 }], ['image', 'carousel', 'feed video', 'reel', 'story']],
    ['cover_url', 'https://m.example/c.jpg', ['feed video', 'reel']],
    ['audio_name', 'song', ['feed video', 'reel']],
    ['trial_strategy', 'MANUAL', ['feed video', 'reel']],
    ['thumb_offset', 0, ['feed video', 'reel']],
    ['location_id', '1', ['image', 'carousel', 'feed video', 'reel']],
    ['fit', 'pad', ['image', 'carousel', 'feed video', 'reel', 'story']],
    ['alt_text', 'tree', ['image', 'carousel']],
    ['share_to_feed', false, ['feed video', 'reel']],
    ['share_to_feed', true, ['image', 'carousel', 'feed video', 'reel', 'story']],
    ['comments_enabled', true, ['image', 'carousel', 'feed video', 'reel', 'story']],
    ['is_ai_generated', true, ['image', 'carousel', 'feed video', 'reel', 'story']],
    ['collaborators', [], ['image', 'carousel', 'feed video', 'reel', 'story']],
  ];

  it.each(samples)('takes %s = %o only where it belongs', (name, value, allowed) => {
    const accepting = Object.entries(placements).filter(([, [params, media]]) => judge({ ...params, [name]: value }, { media: [...media] }).errors.length === 0);
    expect(accepting.map(([placement]) => placement)).toEqual(allowed);
  });

  it('has a placement rule for every parameter', () => {
    const named = new Set(samples.map(([name]) => `instagram.${name}.placement`));
    expect(paramRules.filter((rule) => rule.id.endsWith('.placement')).map((rule) => rule.id).sort()).toEqual([...named].sort());
  });

  it('limits the lists', () => {
    const tags = (count: number) => Array.from({ length: count }, (_, index) => ({ username: `u${index}`, x: 0, y: 0 }));
    expect(judge({ collaborators: ['a', 'b', 'c'], user_tags: tags(20) })).toMatchObject(fine);
    expect(judge({ collaborators: ['a', 'b', 'c', 'd'], user_tags: tags(21) })).toMatchObject(broken('collaborators.count_max', 'user_tags.count_max'));
  });

  it('limits the texts, in code points', () => {
    expect(judge({ first_comment: '🌞'.repeat(2196), alt_text: '🌞'.repeat(1000) })).toMatchObject(fine);
    expect(judge({ first_comment: 'a'.repeat(2197), alt_text: 'a'.repeat(1001) })).toMatchObject(broken('first_comment.length_max', 'alt_text.length_max'));
    expect(judge({ alt_text: ['ok', 'a'.repeat(1001)] }, { media: images(2) }).violations).toMatchObject([{ path: 'platforms.instagram.alt_text[1]' }]);
  });

  it('takes at most one alternative text per item', () => {
    expect(judge({ alt_text: ['a', 'b'] }, { media: images(2) })).toMatchObject(fine);
    expect(judge({ alt_text: ['a', 'b', 'c'] }, { media: images(2) })).toMatchObject(broken('alt_text.count_max'));
  });

  it('keeps the thumbnail inside the video, unless a cover wins', () => {
    const at = (thumb_offset: number, more = {}) => judge({ format: 'reel', thumb_offset, ...more }, { media: [video] });
    expect(at(19_999)).toMatchObject(fine);
    expect(at(20_000)).toMatchObject(broken('thumb_offset.max'));
    expect(at(99_999, { cover_url: 'https://m.example/c.jpg' })).toMatchObject({ errors: [], warnings: ['instagram.thumb_offset.cover_wins'] });
  });

  it('does not pretend to switch comments off', () => {
    expect(judge({ comments_enabled: false })).toMatchObject(broken('comments_enabled.unavailable'));
  });
});

describe('tags', () => {
  const tagged = (tag: object, media: MediaFacts[] = [image], params = {}) => judge({ ...params, user_tags: [{ username: 'a', ...tag }] }, { media });

  it('have a position on images', () => {
    expect(tagged({ x: 0, y: 1 })).toMatchObject(fine);
    expect(tagged({})).toMatchObject(broken('user_tags.position_required'));
    expect(tagged({ x: 0.5 })).toMatchObject(broken('user_tags.position_required'));
    expect(tagged({}, [image], { format: 'story' })).toMatchObject(fine);
  });

  it('have none on videos', () => {
    expect(tagged({}, [video])).toMatchObject(fine);
    expect(tagged({ media_index: 1 }, [image, video])).toMatchObject(fine);
    expect(tagged({ x: 0, y: 0 }, [video])).toMatchObject({ errors: [], warnings: ['instagram.user_tags.position_ignored'] });
  });

  it('point at an item of the post', () => {
    expect(tagged({ x: 0, y: 0, media_index: 1 }, images(2))).toMatchObject(fine);
    expect(tagged({ x: 0, y: 0, media_index: 2 }, images(2))).toMatchObject(broken('user_tags.media_index_max'));
  });
});

it('gives every rule an id of its own, a fix and a source', () => {
  const rules = [...postRules, ...paramRules, ...tagRules];
  expect(new Set(rules.map((rule) => rule.id)).size).toBe(rules.length);
  expect(rules.filter((rule) => !rule.fix || !rule.source || !rule.id.startsWith('instagram.'))).toEqual([]);
});
